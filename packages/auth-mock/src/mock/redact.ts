const secretName = /token|secret|password|credential|cookie|authorization/i
// The look behind keeps the search linear in a long run of such characters.
const jwt = /(?<![\w-])[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g
const redacted = '[redacted]'
// Deeper than a request has reason to be, and far from the end of the stack.
const maxDepth = 32

/**
 * Copies a value without its credentials, at any depth. It hides the text of every field with a telling name, and the given secrets and
 * everything that looks like a JWT in all other text.
 */
export function redact<T>(value: T, secrets: readonly string[]): T {
  // A shorter secret would be found within innocent words.
  const telling = secrets.filter((secret) => secret.length >= 8)
  const clean = (text: string): string =>
    telling.reduce((rest, secret) => rest.replaceAll(secret, redacted), text).replace(jwt, redacted)

  const copy = (name: string, item: unknown, depth = 0): unknown => {
    if (depth > maxDepth) return redacted
    if (typeof item === 'string') return secretName.test(name) ? hide(item) : clean(item)
    if (Array.isArray(item)) return item.map((each) => copy(name, each, depth + 1))
    if (typeof item !== 'object' || item === null) return item
    return Object.fromEntries(
      Object.entries(item).map(([key, each]) => [clean(key), copy(key, each, depth + 1)]),
    )
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy has the type of its original
  return copy('', value) as T
}

// The scheme stays, because a test may want to know whether a client sent Bearer.
function hide(value: string): string {
  return value.replace(/^((?:Bearer|Basic) )?.*$/is, `$1${redacted}`)
}
