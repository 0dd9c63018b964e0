import { toPlainText } from '@tokenward/auth-core'

/** Makes text of others fit for a terminal or a cell of a file: one line, nothing that moves the cursor or hides a part, not too long. */
export function cleanText(text: string, maxLength: number = 500): string {
  return toPlainText(text.slice(0, maxLength))
}

// What `toPlainText` takes out, but for the control characters that `JSON.stringify` escapes itself.
const steering = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** Writes a value as one line of JSON, with an escape for each character that could steer a terminal. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value).replace(
    steering,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
