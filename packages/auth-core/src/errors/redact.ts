import { toPlainText } from './plain-text.ts'

const maxLength = 300
/** `redact` reads this many characters of a text and drops the rest. They are more than it returns, because hiding a token shortens a text. */
const maxInput = 2_000
/** When this many consecutive characters of a text also occur in the secret, `redact` hides them as a quote of the secret. */
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
  const plain = toPlainText(text.slice(0, maxInput)).split(secret).join(mark)
  return hideParts(plain, secret).slice(0, maxLength) || undefined
}

function hideParts(text: string, secret: string): string {
  // Wherever a part of eight begins, it covers a whole block of four. Few texts have one of the secret, and the others are done here.
  if (!text.match(/[^]{4}/g)?.some((block) => secret.includes(block))) return text
  // A set, because a text that almost matches everywhere would make each look into the secret a long one.
  const parts = new Set(
    Array.from({ length: secret.length }, (_, index) => secret.slice(index, index + partLength)),
  )
  let left = 0
  const hidden = text.replace(/[^]/g, (character, index: number) => {
    const part = text.slice(index, index + partLength)
    if (part.length === partLength && parts.has(part)) left = partLength
    left -= 1
    return left < 0 ? character : '\0'
  })
  return hidden.replace(/\0+/g, mark)
}
