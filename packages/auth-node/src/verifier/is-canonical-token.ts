import { isBearerToken } from '@tokenward/auth-core'

/** Signatures are at least this long. A shorter text in their place is made up, such as in a test. */
const shortestSignature = 43
/** Base64url without padding, whose last character has no spare bits. */
const canonical = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

/**
 * Tells whether a text can be a token as its issuer spells it. Some decoders read the same JWT from other spellings of its signature, such as
 * with padding, while memory and revocations know one alone.
 *
 * @see RFC 7515 section 2; RFC 4648 section 3.5
 */
export function isCanonicalToken(token: string): boolean {
  if (!isBearerToken(token)) return false
  const signature = token.startsWith('eyJ') ? token.slice(token.lastIndexOf('.') + 1) : ''
  return signature.length < shortestSignature || canonical.test(signature)
}
