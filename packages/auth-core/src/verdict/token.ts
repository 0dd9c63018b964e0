import { AuthConfigurationError } from '../errors/errors.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import { describeValue } from '../errors/plain-text.ts'
import { readField } from './read-field.ts'

// The vendor documents at most 4,096 characters; twice that still fits into every server's header limit.
const maxLength = 8_192

/**
 * Tells whether a value can stand in an `Authorization: Bearer` header: 1 to 8,192 characters of the `b64token` syntax.
 * Says nothing about whether the token is valid.
 *
 * @see RFC 6750 section 2.1
 *
 * @example
 * ```ts
 * const { access_token } = (await response.json()) as { access_token?: unknown }
 * if (!isBearerToken(access_token)) throw new Error('the sign-in sent no bearer token')
 * await auth.verifyToken(access_token)
 * ```
 */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxLength && /^[\w.~+/-]+=*$/.test(value)
}

/**
 * Hands the payload of a JSON Web Token to a function. `atob` leaves UTF-8 as single bytes, which changes no number, and no text in ASCII.
 *
 * @returns `undefined` where the token is opaque, or where the function throws
 */
function readPayload(token: string, read: (payload: string) => unknown): unknown {
  return orUndefined(() => {
    const start = token.indexOf('.') + 1
    const end = token.indexOf('.', start)
    if (end === -1) return undefined
    return read(atob(token.slice(start, end).replace(/-/g, '+').replace(/_/g, '/')))
  })
}

function readClaim(token: string, name: 'iat' | 'sub'): unknown {
  return readPayload(token, (payload) => readField(JSON.parse(payload), name))
}

// Matches where nothing before `exp` is nested or escaped, which is the rule. Several times as fast as parsing all claims.
const plainExpiry = /^{[^{\\]*?"exp":(\d+)[,}]/

/**
 * Reads when a JSON Web Token expires, without checking its signature.
 *
 * @returns the `exp` claim in milliseconds since the epoch; `undefined` when the token is opaque or names no expiry
 * @see RFC 7519 section 4.1.4
 *
 * @example
 * ```ts
 * const expiresAt = readTokenExpiry(token)
 * const leftMs = expiresAt === undefined ? Infinity : expiresAt - Date.now()
 * if (leftMs < 60_000) await refreshToken()
 * ```
 */
export function readTokenExpiry(token: string): number | undefined {
  const exp = readPayload(token, (payload) => {
    const plain = plainExpiry.exec(payload)
    return plain ? Number(plain[1]) : readField(JSON.parse(payload), 'exp')
  })
  return typeof exp === 'number' ? exp * 1_000 : undefined
}

/**
 * Reads when a JSON Web Token was issued, by the clock of the service and without checking its signature.
 *
 * @returns the `iat` claim in milliseconds since the epoch; `undefined` when the token is opaque or does not say
 * @see RFC 7519 section 4.1.6
 *
 * @example
 * ```ts
 * const issuedAt = readTokenIssuedAt(token)
 * const isFromBefore = issuedAt !== undefined && issuedAt < passwordChangedAt
 * if (isFromBefore) await auth.revokeToken(token)
 * ```
 */
export function readTokenIssuedAt(token: string): number | undefined {
  const iat = readClaim(token, 'iat')
  return typeof iat === 'number' ? iat * 1_000 : undefined
}

/**
 * Reads whom a JSON Web Token names, without checking its signature: good for comparing two tokens, not for trusting one.
 *
 * @returns the `sub` claim, where text beyond ASCII is left as bytes; `undefined` when the token is opaque or names nobody
 * @see RFC 7519 section 4.1.2
 *
 * @example
 * ```ts
 * const subject = readTokenSubject(newToken)
 * const isSameUser = subject !== undefined && subject === readTokenSubject(oldToken)
 * if (!isSameUser) clearUserData()
 * ```
 */
export function readTokenSubject(token: string): string | undefined {
  const sub = readClaim(token, 'sub')
  return typeof sub === 'string' && sub ? sub : undefined
}

/**
 * Checks that a value can be a bearer token. Never shows it.
 *
 * @throws {AuthConfigurationError} when it cannot
 */
export function assertBearerToken(token: unknown): asserts token is string {
  if (isBearerToken(token)) return
  const rule =
    token === '' || token === undefined || token === null
      ? 'is missing'
      : typeof token === 'string'
        ? 'must be a bearer token of at most 8,192 characters, without "Bearer" before it'
        : `must be a string, not ${describeValue(token)}`
  throw new AuthConfigurationError('token', rule)
}

/**
 * Finds what speaks against a token without asking the service.
 *
 * @throws {AuthConfigurationError} when it is not a string: a mistake of the program, not a bad token
 */
export function findLocalObjection(
  token: unknown,
  clockToleranceMs: number,
): 'malformed' | 'expired' | undefined {
  if (typeof token !== 'string') assertBearerToken(token)
  if (!isBearerToken(token)) return 'malformed'
  const expiry = readTokenExpiry(token) ?? Infinity
  return expiry + clockToleranceMs <= Date.now() ? 'expired' : undefined
}
