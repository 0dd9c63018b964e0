import { AuthApiError, AuthResponseError } from '../errors/answer-errors.ts'
import { redact } from '../errors/redact.ts'
import type { components } from '../generated/schema.ts'
import { inactiveAnswers, isTokenInfo } from '../generated/validators.ts'
import { readField } from './read-field.ts'
import { readRequestId } from './request-id.ts'
import { readRetryAfter } from './retry-after.ts'

/**
 * The service vouches for the token. Fields keep their spelling on the wire.
 *
 * That is not yet "may come in": anonymous users, tokens of other applications and the vendor's API keys are active, too.
 */
export type ActiveToken = components['schemas']['TokenInfo'] & { readonly active: true }

/** The token is dead. */
export interface InactiveToken {
  readonly active: false
  /**
   * `malformed`: cannot be a bearer token. `expired`: its own `exp` has passed. Both are found without a request.
   * `rejected`: the service does not know it, or no longer.
   */
  readonly reason: 'malformed' | 'expired' | 'rejected'
}

/** What is known of a token. After an outage nothing is known, which is an error that is thrown. */
export type VerifyTokenResult = ActiveToken | InactiveToken

/** What a revocation came to. */
export interface RevokeTokenResult {
  /** `already_inactive`: the service said that the token was dead before. */
  readonly outcome: 'revoked' | 'already_inactive'
}

/** The part of an answer that a verdict is read from. */
export interface JudgedAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  /** The body as JSON; `undefined` when it was empty or no JSON. */
  readonly value: unknown
}

type Operation = keyof typeof inactiveAnswers
type ErrorField = keyof components['schemas']['ErrorBody'] | keyof components['schemas']['GatewayErrorBody']

/** The fields in which the service or the gateway speaks of an error. */
const errorFields = [
  'error',
  'error_code',
  'error_description',
  'code',
] as const satisfies readonly ErrorField[]

/** Whether one of those fields is there, whatever it holds. */
function namesError(value: unknown): boolean {
  return errorFields.some((name) => readField(value, name) !== undefined)
}

/**
 * Tells whether the JSON body of a 200 vouches for a token: the spec's schema of a valid token accepts it, and nothing beside that says
 * otherwise. For those who keep answers of the service, and read them again.
 *
 * @param value the body, as `JSON.parse` makes it
 * @example
 * ```ts
 * vouchesForToken({ sub: '42' }) // true
 * vouchesForToken({ sub: '42', error: 'invalid_token' }) // false
 * ```
 */
export function vouchesForToken(value: unknown): value is components['schemas']['TokenInfo'] {
  // RFC 7662 servers say `active`; should this one begin to, nothing but true may pass.
  const active = readField(value, 'active')
  return isTokenInfo(value) && (active === undefined || active === true) && !namesError(value)
}

/** Reads the answer of `verifyToken`: active only for a 200 whose body vouches for the token. */
export function readVerdict(answer: JudgedAnswer, token: string): VerifyTokenResult {
  const { status, value } = answer
  if (inactiveAnswers.verifyToken[status]?.(value)) return { active: false, reason: 'rejected' }
  if (status === 200 && vouchesForToken(value)) return { ...value, active: true }
  throw findError('verifyToken', answer, token)
}

/** Reads the answer of `revokeToken`: any JSON with status 200 is a success, unless it speaks of an error. */
export function readRevocation(answer: JudgedAnswer, token: string): RevokeTokenResult {
  const { status, value } = answer
  if (inactiveAnswers.revokeToken[status]?.(value)) return { outcome: 'already_inactive' }
  // Nothing, zero and an empty text are how some services say that there was no error.
  const hasError = errorFields.some((name) => readField(value, name))
  if (status === 200 && value !== undefined && !hasError) return { outcome: 'revoked' }
  throw findError('revokeToken', answer, token)
}

/** Makes the error for an answer that says nothing about the token. */
function findError(
  operation: Operation,
  answer: JudgedAnswer,
  token: string,
): AuthApiError | AuthResponseError {
  const { status, value, headers } = answer
  const requestId = readRequestId(answer, token)
  if (status < 400 && !namesError(value))
    return new AuthResponseError(operation, {
      status,
      reason: value === undefined ? 'not_json' : 'unexpected',
      requestId,
    })
  const errorCode = readField(value, 'error_code')
  return new AuthApiError(operation, {
    status,
    error: redact(readField(value, 'error') ?? readField(value, 'code'), token),
    errorCode: typeof errorCode === 'number' ? errorCode : undefined,
    description: redact(readField(value, 'error_description') ?? readField(value, 'message'), token),
    requestId,
    retryAfterMs: readRetryAfter(headers),
  })
}
