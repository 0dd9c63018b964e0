const secretName = /token|secret|password|credential|cookie|authorization/i
const jwt = /[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g
const redacted = '[redacted]'
// Deeper than any request has a reason to be, and far from the end of the stack.
const maxDepth = 32

/**
 * Copies a value without its credentials, at any depth: without whatever has a telling name, and without the given secrets and
 * everything like a JWT wherever they stand.
 */
export const redact = <T>(value: T, secrets: readonly string[]): T => {
  // A shorter secret would tear holes into innocent words.
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

// The scheme stays: whether a client sent Bearer is what a test wants to know.
const hide = (value: string): string => value.replace(/^((?:Bearer|Basic) )?.*$/is, `$1${redacted}`)
