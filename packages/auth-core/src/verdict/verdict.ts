import { AuthApiError, AuthResponseError } from '../errors/errors.ts'
import type { operations } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'
import { inactiveAnswers, isTokenInfo } from '../generated/validators.ts'
import { redact } from '../errors/redact.ts'
import type { Answer } from '../request/send-once.ts'

/** The service vouches for the token. Fields keep their spelling on the wire. */
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

/** What is known of a token. An outage is neither: it throws. */
export type VerifyTokenResult = ActiveToken | InactiveToken

/** What a revocation came to. */
export interface RevokeTokenResult {
  /** `already_inactive`: the service said that the token was dead before. */
  readonly outcome: 'revoked' | 'already_inactive'
}

type Operation = keyof typeof operations
// As the service and the gateway write errors; all `unknown` because nothing was checked.
type ErrorFields = Partial<
  Record<keyof components['schemas']['ErrorBody'] | keyof components['schemas']['GatewayErrorBody'], unknown>
>

/**
 * Judges an answer, failing closed: `inactive` where the spec says that it means a dead token, else `good` where there is one.
 *
 * @throws {AuthApiError} for an error that says nothing about the token
 * @throws {AuthResponseError} for anything else that the service does not say
 */
function judge<Result>(
  operation: Operation,
  { status, value, reason, requestId, retryAfterMs }: Answer,
  token: string,
  good: Result | false,
  inactive: Result,
): Result {
  if (inactiveAnswers[operation][status]?.(value)) return inactive
  if (good) return good
  const body = Object(value) as ErrorFields
  const error = redact(body.error ?? body.code, token)
  if (status < 400 && !error) {
    // Browsers hide the status of a redirect behind 0.
    const why = status === 0 || status >= 300 ? 'redirect' : (reason ?? 'unexpected')
    throw new AuthResponseError(operation, { status, reason: why, requestId })
  }
  throw new AuthApiError(operation, {
    status,
    error,
    errorCode: typeof body.error_code === 'number' ? body.error_code : undefined,
    description: redact(body.error_description ?? body.message, token),
    requestId,
    retryAfterMs,
  })
}

/** Reads the answer of `verifyToken`: active only for a 200 that the spec's schema of a valid token accepts. */
export function readVerdict(answer: Answer, token: string): VerifyTokenResult {
  const { status, value } = answer
  // RFC 7662 servers say `active`; should this one begin to, nothing but true may pass.
  const { active = true } = Object(value) as { active?: unknown }
  const isActive = status === 200 && isTokenInfo(value) && active === true
  return judge<VerifyTokenResult>('verifyToken', answer, token, isActive && { ...value, active: true }, {
    active: false,
    reason: 'rejected',
  })
}

/** Reads the answer of `revokeToken`: any JSON with status 200 but an error is a success. */
export function readRevocation(answer: Answer, token: string): RevokeTokenResult {
  const { status, value, reason } = answer
  const { error, code } = Object(value) as ErrorFields
  const isRevoked = status === 200 && !reason && !(error ?? code)
  return judge<RevokeTokenResult>('revokeToken', answer, token, isRevoked && { outcome: 'revoked' }, {
    outcome: 'already_inactive',
  })
}
