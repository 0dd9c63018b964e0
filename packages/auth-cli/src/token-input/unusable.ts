import { isBearerToken } from '@tokenward/auth-node'

/**
 * Finds out why a text cannot be sent as a token. Such a text says nothing about the token that it was meant to be: that one may be alive.
 *
 * @param text `undefined` stands for one that is longer than any token
 * @returns what is wrong, in words that repeat nothing of it; `undefined` when it can be sent
 */
export function findUnusable(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 8_192) return 'longer than any token'
  if (text === '') return 'empty'
  if (/^(null|undefined)$/.test(text)) return 'the word for no value'
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
  if (![3, 5].includes(parts.length) || parts[0] === '' || parts.at(-1) === '') return true
  return parts.length === 3 && !isWhole(parts[2] ?? '', readAlgorithm(parts[0] ?? ''))
}

// The tokens of a leak have few headers among them, and mostly one.
let known: { readonly header: string; readonly algorithm: unknown } | undefined

function readAlgorithm(header: string): unknown {
  if (known?.header === header) return known.algorithm
  let algorithm: unknown
  try {
    algorithm = (JSON.parse(Buffer.from(header, 'base64url').toString()) as { readonly alg?: unknown }).alg
  } catch {
    algorithm = undefined
  }
  known = { header, algorithm }
  return algorithm
}

// In bytes; RSA: as long as its key, which has 2,048 bits or more, a multiple of 512. See RFC 7518 section 3.
const signatureLengths: Readonly<Record<string, number>> = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
  ES256: 64,
  ES384: 96,
  ES512: 132,
}

/**
 * Whether a signature is as long as its algorithm makes it. One that was cut off is refused by the service, which says nothing about the
 * whole token. Those of other algorithms count as whole.
 */
function isWhole(signature: string, algorithm: unknown): boolean {
  const bytes = Math.floor((signature.length * 3) / 4)
  if (signature.length % 4 === 1) return false
  if (/^[RP]S(256|384|512)$/.test(String(algorithm))) return bytes >= 256 && bytes % 64 === 0
  const length = signatureLengths[String(algorithm)]
  return length === undefined || bytes === length
}
