import { isBearerToken } from '@tokenward/auth-node'

/**
 * Finds out why a text cannot be sent as a token. Such a text says nothing about the token that it was meant to be: that one may be alive.
 *
 * @param text `undefined` stands for one that is longer than any token
 * @returns what is wrong, in words that repeat nothing of it; `undefined` when it can be sent
 */
export function findUnusable(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 8_192) return 'longer than any token'
  if (isBearerToken(text)) return isCutOff(text) ? 'a part of a token' : undefined
  if (/^(authorization:\s*)?bearer\b/i.test(text)) return '"Bearer" before the token'
  if (/^["'`].*["'`]$/.test(text)) return 'quotes around the token'
  if (/^[{[]/.test(text)) return 'JSON'
  if (/[,;\t|]/.test(text)) return 'more than one column'
  if (/\s/.test(text)) return 'more than one word'
  return 'characters that no token has'
}

// Every JWT begins with `{"` in base64url, and has three parts, or five when it is encrypted.
function isCutOff(text: string): boolean {
  if (!text.startsWith('eyJ')) return false
  const parts = text.split('.')
  return ![3, 5].includes(parts.length) || parts[0] === '' || parts.at(-1) === ''
}
