import { AuthConfigurationError } from './errors.ts'

// The vendor documents at most 4,096 characters; twice that still fits into every server's header limit.
const maxLength = 8_192

/**
 * Tells whether a value can stand in an `Authorization: Bearer` header: 1 to 8,192 characters of the `b64token` syntax.
 * Says nothing about whether the token is valid.
 *
 * @see RFC 6750 section 2.1
 */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxLength && /^[\w.~+/-]+=*$/.test(value)
}

/**
 * Reads when a JSON Web Token expires, without checking its signature.
 *
 * @returns the `exp` claim in milliseconds since the epoch; `undefined` when the token is opaque or names no expiry
 * @see RFC 7519 section 4.1.4
 */
export function readTokenExpiry(token: string): number | undefined {
  const [, payload, signature] = token.split('.')
  if (!payload || signature === undefined) return undefined
  try {
    // atob leaves UTF-8 as single bytes, which changes text but no number.
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    const exp = (claims as { exp?: unknown }).exp
    return typeof exp === 'number' ? exp * 1_000 : undefined
  } catch {
    return undefined
  }
}

/** @throws {AuthConfigurationError} when the value is not a string: a mistake of the program, not a bad token */
function assertString(token: unknown): void {
  if (typeof token !== 'string') throw new AuthConfigurationError('token', 'must be a string')
}

/** @throws {AuthConfigurationError} when the value cannot be a bearer token */
export function assertBearerToken(token: unknown): asserts token is string {
  assertString(token)
  if (!isBearerToken(token))
    throw new AuthConfigurationError('token', 'must be a bearer token, without "Bearer"')
}

/**
 * Finds what speaks against a token without asking the service.
 *
 * @throws {AuthConfigurationError} when it is not a string
 */
export function refuse(token: string, clockToleranceMs: number): 'malformed' | 'expired' | undefined {
  assertString(token)
  if (!isBearerToken(token)) return 'malformed'
  const expiry = readTokenExpiry(token)
  return expiry !== undefined && expiry + clockToleranceMs <= Date.now() ? 'expired' : undefined
}
