import { OperationError, type OperationName } from './base-error.ts'

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
export class AuthApiError extends OperationError implements ApiErrorDetails {
  override get name(): 'AuthApiError' {
    return 'AuthApiError'
  }
  readonly code = 'api'
  declare readonly status: number
  declare readonly error: string | undefined
  declare readonly errorCode: number | undefined
  declare readonly description: string | undefined
  declare readonly requestId: string | undefined
  declare readonly retryAfterMs: number | undefined

  constructor(operation: OperationName, failure: ApiErrorDetails) {
    super(operation, `failed with status ${failure.status}`, failure.error)
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
export class AuthResponseError extends OperationError implements ResponseErrorDetails {
  override get name(): 'AuthResponseError' {
    return 'AuthResponseError'
  }
  readonly code = 'response'
  declare readonly status: number
  declare readonly reason: ResponseErrorReason
  declare readonly requestId: string | undefined

  constructor(operation: OperationName, failure: ResponseErrorDetails) {
    super(operation, `failed with status ${failure.status}`, failure.reason)
    this.status = failure.status
    this.reason = failure.reason
    this.requestId = failure.requestId
  }
}
