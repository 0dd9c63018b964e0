import type { AuthApiError, AuthResponseError } from './answer-errors.ts'
import { BaseError, isBranded, OperationError, type OperationName } from './base-error.ts'

/**
 * An option or argument that cannot be used. Nothing was sent.
 *
 * @example
 * ```ts
 * try {
 *   createAuthClient({ env: process.env.ENV })
 * } catch (error) {
 *   if (isAuthError(error) && error.code === 'configuration') console.error(error.argument, error.message)
 * }
 * ```
 */
export class AuthConfigurationError extends BaseError {
  override get name(): 'AuthConfigurationError' {
    return 'AuthConfigurationError'
  }
  readonly code = 'configuration'
  /** The option or argument to correct, such as `region`. */
  declare readonly argument: string

  constructor(argument: string, rule: string) {
    super(`${argument} ${rule}`)
    this.argument = argument
  }
}

/**
 * The service could not be reached, or the connection broke before the answer was complete. Nothing is known of the token: neither
 * let its bearer in nor sign them out.
 *
 * @example
 * ```ts
 * if (isAuthError(error) && error.code === 'network') metrics.increment('auth_unreachable', { reason: error.reason })
 * ```
 */
export class AuthNetworkError extends OperationError {
  override get name(): 'AuthNetworkError' {
    return 'AuthNetworkError'
  }
  readonly code = 'network'
  /** The platform's word for the failure: its code, such as `ECONNREFUSED`, else the name of its error, such as `TypeError`. */
  declare readonly reason: string | undefined

  constructor(operation: OperationName, reason: string | undefined) {
    super(operation, 'failed to reach the service', reason)
    this.reason = reason
  }
}

/**
 * The deadline passed before the service had answered, all tries included.
 *
 * @example
 * ```ts
 * try {
 *   await auth.verifyToken(token, { timeoutMs: 2_000 })
 * } catch (error) {
 *   if (!isAuthError(error) || error.code !== 'timeout') throw error
 *   console.error(`${error.operation}: no answer within ${error.timeoutMs} ms`)
 * }
 * ```
 */
export class AuthTimeoutError extends OperationError {
  override get name(): 'AuthTimeoutError' {
    return 'AuthTimeoutError'
  }
  readonly code = 'timeout'
  /** The deadline that passed, in milliseconds. */
  declare readonly timeoutMs: number

  constructor(operation: OperationName, timeoutMs: number) {
    super(operation, `timed out after ${timeoutMs} ms`)
    this.timeoutMs = timeoutMs
  }
}

/**
 * The service accepted the revocation, but still called the token active when the deadline passed.
 *
 * @example
 * ```ts
 * try {
 *   await auth.revokeAndVerifyToken(token)
 * } catch (error) {
 *   if (!isAuthError(error) || error.code !== 'still_active') throw error
 *   console.error('the token is still active: revoke it again')
 * }
 * ```
 */
export class AuthTokenStillActiveError extends OperationError {
  override get name(): 'AuthTokenStillActiveError' {
    return 'AuthTokenStillActiveError'
  }
  readonly code = 'still_active'

  constructor() {
    super('revokeAndVerifyToken', 'failed: the token is still active')
  }
}

/**
 * Why a token has ended: `revoked` by a process of the fleet; `rejected` by the service; `expired` by its own `exp`; `malformed`: it never
 * was a token; `forged`: its signature is not one of the service; `closed`: the verifier was closed, so that nothing watches the token.
 */
export type TokenEndedReason = 'revoked' | 'rejected' | 'expired' | 'malformed' | 'forged' | 'closed'

/**
 * The reason of an aborted signal that watched a token, such as that of `verifier.signalFor` of `@tokenward/auth-node`. Never thrown by a client.
 *
 * @example
 * ```ts
 * signal.addEventListener('abort', () => {
 *   const { reason } = signal.reason as AuthTokenEndedError
 *   response.end(`event: ended\ndata: ${reason}\n\n`) // 'revoked', 'rejected' or 'expired'
 * })
 * ```
 */
export class AuthTokenEndedError extends BaseError {
  override get name(): 'AuthTokenEndedError' {
    return 'AuthTokenEndedError'
  }
  readonly code = 'token_ended'
  readonly operation: OperationName = 'verifyToken'
  declare readonly reason: TokenEndedReason

  constructor(reason: TokenEndedReason) {
    super('the token has ended', reason)
    this.reason = reason
  }
}

/**
 * Every error of this package; `switch (error.code)` narrows it.
 *
 * @example
 * ```ts
 * switch (error.code) {
 *   case 'timeout': return `no answer within ${error.timeoutMs} ms`
 *   case 'api': return `status ${error.status}`
 *   default: return error.message
 * }
 * ```
 */
export type AuthError =
  | AuthApiError
  | AuthConfigurationError
  | AuthNetworkError
  | AuthResponseError
  | AuthTimeoutError
  | AuthTokenEndedError
  | AuthTokenStillActiveError

/**
 * Tells whether a value is an error of this package, also when it comes from another copy of it.
 *
 * @param value anything, such as what a `catch` received
 * @returns `true` for every {@link AuthError}
 *
 * @example
 * ```ts
 * const result = await auth.verifyToken(token).catch((error: unknown) => {
 *   if (isAuthError(error)) return undefined // nothing is known of the token
 *   throw error
 * })
 * ```
 */
export function isAuthError(value: unknown): value is AuthError {
  return isBranded(value)
}
