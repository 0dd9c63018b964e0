/** Signatures are at least this long. A shorter text in their place is made up, such as in a test. */
const shortestSignature = 43
/** Base64url without padding, whose last character has no spare bits. */
const canonical = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

/**
 * Tells whether the signature of a JWT is spelt in another way than its issuer spells it, such as with padding. Some decoders read the same
 * token from it, while memory and revocations know the issuer's spelling alone.
 *
 * @see RFC 7515 section 2; RFC 4648 section 3.5
 */
export function isMisspelt(token: string): boolean {
  if (!token.startsWith('eyJ')) return false
  const signature = token.slice(token.lastIndexOf('.') + 1)
  return signature.length >= shortestSignature && !canonical.test(signature)
}
