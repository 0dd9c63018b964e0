// Control characters, line separators, and the marks that turn the direction of writing: each can forge a line of a log or of a terminal.
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]+/g

/**
 * Makes text of others fit for one line of a log or a terminal: runs of control characters, line breaks and bidirectional marks
 * become one space. Everything else stays, so that the text may still hold a token.
 *
 * @example
 * ```ts
 * console.error(toPlainText('denied\n\u001B[2Jall is well')) // 'denied [2Jall is well'
 * ```
 */
export function toPlainText(text: string): string {
  return text.replace(unprintable, ' ').trim()
}

/**
 * Shows a value that is no secret in an error message: text in quotation marks, cut off after 60 characters; of an object only its kind.
 *
 * @example
 * ```ts
 * throw new AuthConfigurationError('env', `must be an environment id, not ${describeValue(env)}`)
 * ```
 */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    // Spaces at its ends stay: they may be what is wrong with it.
    const text = value.slice(0, 60).replace(unprintable, ' ')
    return JSON.stringify(value.length > 60 ? `${text}…` : text)
  }
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** Shows the kind of a value that may be a secret, such as a token that was passed in the wrong place. */
export function describeKind(value: unknown): string {
  return typeof value === 'string' ? 'a string' : describeValue(value)
}
