import { toPlainText } from './plain-text.ts'

const maxLength = 300
/** More of a text than this is not looked at, whatever its length: what is hidden makes it shorter, never longer. */
const maxInput = 2_000
/** So many characters in a row that also stand in the secret were quoted from it. */
const partLength = 8
const mark = '[token]'

/**
 * Makes a text of the service fit for an error: one line of at most 300 characters, without the token, whole or in parts. A service may cut the
 * token off, wrap it, or quote its payload alone, with anything before and after it.
 *
 * @param secret the token, or every text that holds one
 * @returns `undefined` for anything but a text with content
 */
export function redact(text: unknown, secret: string): string | undefined {
  if (typeof text !== 'string') return undefined
  const plain = toPlainText(text.slice(0, maxInput)).replaceAll(secret, mark)
  return hideParts(plain, secret).slice(0, maxLength) || undefined
}

function hideParts(text: string, secret: string): string {
  const parts = new Set<string>()
  for (let index = 0; index + partLength <= secret.length; index += 1)
    parts.add(secret.slice(index, index + partLength))
  let shown = ''
  let index = 0
  while (index < text.length) {
    if (parts.has(text.slice(index, index + partLength))) {
      index += partLength
      while (parts.has(text.slice(index + 1 - partLength, index + 1))) index += 1
      shown += mark
    } else {
      shown += text.charAt(index)
      index += 1
    }
  }
  return shown
}
