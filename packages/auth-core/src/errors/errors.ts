import type { operations } from '../generated/operations.ts'

/** The name of an operation: the `operationId` of the spec, the method of the client, the word in every error. */
export type OperationName = keyof typeof operations | 'revokeAndVerifyToken'

// Shared by every copy of this package in a process, so that isAuthError holds where instanceof cannot.
const brand = Symbol.for('tokenward.error')

// Through a constructor type, because a class with a computed member cannot be declared in isolation.
const BaseError: new (message: string, detail?: string) => Error = class extends Error {
  [brand](): void {}

  constructor(message: string, detail?: string) {
    super(detail ? `${message} (${detail})` : message)
  }
}

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
  readonly argument: string

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
export class AuthNetworkError extends BaseError {
  override get name(): 'AuthNetworkError' {
    return 'AuthNetworkError'
  }
  readonly code = 'network'
  readonly operation: OperationName
  /** The platform's word for the failure: its code, such as `ECONNREFUSED`, else the name of its error, such as `TypeError`. */
  readonly reason: string | undefined

  constructor(operation: OperationName, reason: string | undefined) {
    super(`${operation} failed to reach the service`, reason)
    this.operation = operation
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
export class AuthTimeoutError extends BaseError {
  override get name(): 'AuthTimeoutError' {
    return 'AuthTimeoutError'
  }
  readonly code = 'timeout'
  readonly operation: OperationName
  /** The deadline that passed, in milliseconds. */
  readonly timeoutMs: number

  constructor(operation: OperationName, timeoutMs: number) {
    super(`${operation} timed out after ${timeoutMs} ms`)
    this.operation = operation
    this.timeoutMs = timeoutMs
  }
}

/** What {@link AuthApiError} tells. Text of the service is cut off after 300 characters, in one line, and without the token. */
export interface ApiErrorDetails {
  /** HTTP status. */
  readonly status: number
  /** The service's name for the error: `error`, or `code` of the gateway. */
  readonly error?: string | undefined
  /** The service's number for the error; a gRPC status or, from 4001 on, a business code. */
  readonly errorCode?: number | undefined
  /** The service's explanation. */
  readonly description?: string | undefined
  /** The id to quote to the vendor's support. */
  readonly requestId?: string | undefined
  /** How long the service asks to wait before the next request (`Retry-After`), in milliseconds. */
  readonly retryAfterMs?: number | undefined
}

/**
 * The service answered with an error that says nothing about the token: an outage, a limit, a policy.
 *
 * @example
 * ```ts
 * if (isAuthError(error) && error.code === 'api') {
 *   console.error(error.status, error.error, error.requestId)
 *   if (error.status === 429) await sleep(error.retryAfterMs ?? 1_000)
 * }
 * ```
 */
export class AuthApiError extends BaseError implements ApiErrorDetails {
  override get name(): 'AuthApiError' {
    return 'AuthApiError'
  }
  readonly code = 'api'
  readonly operation: OperationName
  readonly status: number
  readonly error: string | undefined
  readonly errorCode: number | undefined
  readonly description: string | undefined
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(operation: OperationName, failure: ApiErrorDetails) {
    super(`${operation} failed with status ${failure.status}`, failure.error)
    this.operation = operation
    this.status = failure.status
    this.error = failure.error
    this.errorCode = failure.errorCode
    this.description = failure.description
    this.requestId = failure.requestId
    this.retryAfterMs = failure.retryAfterMs
  }
}

/**
 * Why an answer was not believed: a `redirect`; a body `too_large`, above 64 KiB; `not_json`: no body, no strict UTF-8, no JSON, or another
 * content type; `unexpected`: JSON of a shape or status that the spec does not know.
 */
export type ResponseErrorReason = 'redirect' | 'too_large' | 'not_json' | 'unexpected'

/** What {@link AuthResponseError} tells of an answer. */
export interface ResponseErrorDetails {
  /** HTTP status; 0 where the platform hides that of a redirect. */
  readonly status: number
  readonly reason: ResponseErrorReason
  /** The id to quote to the vendor's support. */
  readonly requestId?: string | undefined
}

/**
 * The answer is not one that the service gives: a redirect, a login page, too large, cut off, or of an unknown shape.
 *
 * @example
 * ```ts
 * if (isAuthError(error) && error.code === 'response') console.error('not the service:', error.reason, error.status)
 * ```
 */
export class AuthResponseError extends BaseError implements ResponseErrorDetails {
  override get name(): 'AuthResponseError' {
    return 'AuthResponseError'
  }
  readonly code = 'response'
  readonly operation: OperationName
  readonly status: number
  readonly reason: ResponseErrorReason
  readonly requestId: string | undefined

  constructor(operation: OperationName, failure: ResponseErrorDetails) {
    super(`${operation} failed with status ${failure.status}`, failure.reason)
    this.operation = operation
    this.status = failure.status
    this.reason = failure.reason
    this.requestId = failure.requestId
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
export class AuthTokenStillActiveError extends BaseError {
  override get name(): 'AuthTokenStillActiveError' {
    return 'AuthTokenStillActiveError'
  }
  readonly code = 'still_active'
  readonly operation: OperationName = 'revokeAndVerifyToken'

  constructor() {
    super('revokeAndVerifyToken failed: the token is still active')
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
  return brand in Object(value)
}
