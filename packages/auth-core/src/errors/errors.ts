import type { operations } from '../generated/operations.ts'

/** The name of an operation: the `operationId` of the spec, the method of the client, the word in every error. */
export type OperationName = keyof typeof operations | 'revokeAndVerifyToken'

// Shared by every copy of this package in a process, so that isAuthError holds where instanceof cannot.
const brand = Symbol.for('tokenward.error')

const BaseError: new (message: string, fields: object, detail?: string) => Error = class extends Error {
  [brand](): void {}

  constructor(message: string, fields: object, detail?: string) {
    super(detail ? `${message} (${detail})` : message)
    Object.assign(this, fields)
  }
}

/** An option or argument that cannot be used. Nothing was sent. */
export class AuthConfigurationError extends BaseError {
  override get name(): 'AuthConfigurationError' {
    return 'AuthConfigurationError'
  }
  readonly code = 'configuration'
  /** The option or argument to correct, such as `region`. */
  declare readonly argument: string

  constructor(argument: string, rule: string) {
    super(`${argument} ${rule}`, { argument })
  }
}

/** The service could not be reached, or the connection broke before the answer was complete. */
export class AuthNetworkError extends BaseError {
  override get name(): 'AuthNetworkError' {
    return 'AuthNetworkError'
  }
  readonly code = 'network'
  declare readonly operation: OperationName
  /** The platform's word for the failure where it has one, such as `ECONNREFUSED`. */
  declare readonly reason: string | undefined

  constructor(operation: OperationName, reason: string | undefined) {
    super(`${operation} failed to reach the service`, { operation, reason }, reason)
  }
}

/** The deadline passed before the service had answered, all tries included. */
export class AuthTimeoutError extends BaseError {
  override get name(): 'AuthTimeoutError' {
    return 'AuthTimeoutError'
  }
  readonly code = 'timeout'
  declare readonly operation: OperationName
  /** The deadline that passed, in milliseconds. */
  declare readonly timeoutMs: number

  constructor(operation: OperationName, timeoutMs: number) {
    super(`${operation} timed out after ${timeoutMs} ms`, { operation, timeoutMs })
  }
}

/** What {@link AuthApiError} tells of a refusal. Text of the service is shortened and freed of the token. */
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
  /** How long the service asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined
}

/** The service answered with an error that says nothing about the token: an outage, a limit, a policy. */
export class AuthApiError extends BaseError implements ApiErrorDetails {
  override get name(): 'AuthApiError' {
    return 'AuthApiError'
  }
  readonly code = 'api'
  declare readonly operation: OperationName
  declare readonly status: number
  declare readonly error: string | undefined
  declare readonly errorCode: number | undefined
  declare readonly description: string | undefined
  declare readonly requestId: string | undefined
  declare readonly retryAfterMs: number | undefined

  constructor(operation: OperationName, failure: ApiErrorDetails) {
    super(`${operation} failed with status ${failure.status}`, { operation, ...failure }, failure.error)
  }
}

/** Why an answer was not believed. */
export type ResponseErrorReason = 'redirect' | 'too_large' | 'not_json' | 'unexpected'

/** What {@link AuthResponseError} tells of an answer. */
export interface ResponseErrorDetails {
  /** HTTP status; 0 where the platform hides that of a redirect. */
  readonly status: number
  readonly reason: ResponseErrorReason
  /** The id to quote to the vendor's support. */
  readonly requestId?: string | undefined
}

/** The answer is not one that the service gives: a redirect, a login page, too large, cut off, or of an unknown shape. */
export class AuthResponseError extends BaseError implements ResponseErrorDetails {
  override get name(): 'AuthResponseError' {
    return 'AuthResponseError'
  }
  readonly code = 'response'
  declare readonly operation: OperationName
  declare readonly status: number
  declare readonly reason: ResponseErrorReason
  declare readonly requestId: string | undefined

  constructor(operation: OperationName, failure: ResponseErrorDetails) {
    super(`${operation} failed with status ${failure.status}`, { operation, ...failure }, failure.reason)
  }
}

/** The service accepted the revocation, but still called the token active when the deadline passed. */
export class AuthTokenStillActiveError extends BaseError {
  override get name(): 'AuthTokenStillActiveError' {
    return 'AuthTokenStillActiveError'
  }
  readonly code = 'still_active'
  declare readonly operation: OperationName

  constructor() {
    const operation = 'revokeAndVerifyToken'
    super(`${operation} failed: the token is still active`, { operation })
  }
}

/** Every error of this package; `switch (error.code)` narrows it. */
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
 */
export function isAuthError(value: unknown): value is AuthError {
  return brand in Object(value)
}
