import { AuthResponseError } from '../errors/answer-errors.ts'
import {
  AuthConfigurationError,
  type AuthError,
  AuthNetworkError,
  AuthTimeoutError,
  isAuthError,
} from '../errors/errors.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import { redact } from '../errors/redact.ts'
import type { operations } from '../generated/operations.ts'
import { readRequestId } from '../verdict/request-id.ts'
import { readRetryAfter } from '../verdict/retry-after.ts'
import type { Answer } from './answer.ts'
import { backoffMs } from './backoff.ts'
import { type Deadline, monotonicMs } from './deadline.ts'
import type { Fetch, FetchInit } from './fetch.ts'
import type { Observer } from './observer.ts'
import { createRetryBudget } from './retry-budget.ts'
import { sendOnce } from './send-once.ts'

/** One request to one operation, the same at each try. */
export interface ServiceRequest {
  readonly operation: keyof typeof operations
  readonly method: string
  /** The path of the operation in the spec. */
  readonly path: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string | null
  readonly keepalive: boolean
  /** What no error or event may show: the token, or every text that holds one. */
  readonly secret: string
  /** Whether the request may be sent again after it may have reached the service. */
  readonly isRepeatable: boolean
  readonly deadline: Deadline
  /** The error that the answer means to the caller, for the observer. Without it, an answer means none. */
  readonly findError?: (answer: Answer) => AuthError | undefined
}

/** What concerns every request of a client. */
export interface SendSettings extends Observer {
  readonly fetch: Fetch
  readonly maxRetries: number
}

/** What a `fetch` may throw: anything; the platforms put their word for it here. */
interface PlatformFailure {
  readonly name?: unknown
  readonly code?: unknown
  readonly cause?: { readonly code?: unknown }
}

// After these the same request may well succeed.
const retryableStatuses: readonly number[] = [408, 429, 502, 503, 504]

/**
 * Sends a request until an answer worth returning has come, the tries are used up, or the next pause would outlast the deadline.
 * `Retry-After` decides the pause where it makes sense.
 *
 * @throws {AuthResponseError} for a redirect, and for a success whose body is too large, no UTF-8 or no JSON
 * @throws {AuthNetworkError} when the last try brought no answer
 * @throws {AuthTimeoutError} when the deadline passes first
 * @throws {AuthConfigurationError} when `fetch` answers with what is no response, or throws a `ReferenceError` or a `RangeError`
 * @throws the caller's own reason when the caller gives up
 */
export type Send = (request: ServiceRequest) => Promise<Answer>

/** Ties requests to the `fetch`, the retries and the observer of a client. */
export function createSend({ fetch, maxRetries, onRequest, onResponse }: SendSettings): Send {
  const budget = createRetryBudget()

  return async (request) => {
    const { operation, method, path, secret, deadline } = request
    const tries = request.isRepeatable ? maxRetries + 1 : 1
    let { keepalive } = request
    for (let attempt = 1; ; attempt += 1) {
      if (onRequest) orUndefined(() => onRequest({ operation, method, path, attempt }))
      const startedAt = onResponse ? monotonicMs() : 0
      let isLast = attempt >= tries
      let answer: Answer | undefined
      // An error of this package, or the reason of a caller who gave up.
      let error: unknown
      try {
        answer = await deadline.run(isLast, (signal) =>
          sendOnce(fetch, request.url, initOf(request, keepalive, signal)),
        )
        if (retryableStatuses.includes(answer.status)) isLast ||= !budget.spend()
        else {
          budget.earn()
          isLast = true
          error = findDistrust(answer, request)
        }
      } catch (failure) {
        error = deadline.isOver() || isAuthError(failure) ? failure : toAuthError(failure, request)
        // A mistake of the program is mended by no second try.
        isLast ||= deadline.isOver() || (isAuthError(error) && error.code === 'configuration')
      }
      if (onResponse) {
        const found = error ?? (answer && request.findError?.(answer))
        const event = {
          operation,
          method,
          path,
          attempt,
          status: answer?.status,
          requestId: answer && readRequestId(answer, secret),
          durationMs: monotonicMs() - startedAt,
          error: isAuthError(found) ? found : undefined,
        }
        orUndefined(() => onResponse(event))
      }
      if (!isLast) {
        // A browser keeps the connection of such a request for half a minute after it was aborted, and has six of them for a host.
        keepalive &&= !(error instanceof AuthTimeoutError)
        // A try that ran out of time has waited long enough.
        const shortestMs = error instanceof AuthTimeoutError ? 0 : backoffMs(attempt)
        if (await deadline.pause((answer && readRetryAfter(answer.headers)) ?? shortestMs)) continue
      }
      if (answer && !error) return answer
      throw error
    }
  }
}

function initOf(
  { method, headers, body, isRepeatable }: ServiceRequest,
  keepalive: boolean,
  signal: AbortSignal,
): FetchInit {
  const init = { method, headers, body, signal, redirect: 'manual', isRepeatable } as const
  return keepalive ? { ...init, keepalive } : init
}

/** The error for an answer that does not look like one of the service. */
function findDistrust(answer: Answer, { operation, secret }: ServiceRequest): AuthResponseError | undefined {
  const { distrust: reason, status } = answer
  return (
    reason && new AuthResponseError(operation, { status, reason, requestId: readRequestId(answer, secret) })
  )
}

/** Tells the platform's word for a failure: a code such as `ECONNREFUSED`, else the name of its error, such as `TypeError`. */
function toAuthError(failure: unknown, { operation, secret }: ServiceRequest): AuthError {
  // What was thrown can be anything, also an object whose properties throw.
  const word = orUndefined(() => {
    const { cause, code, name } = failure as PlatformFailure
    return [cause?.code, code, name].find((part) => typeof part === 'string')
  })
  // No platform has these for a failure of the network, unlike `TypeError`.
  return word === 'ReferenceError' || word === 'RangeError'
    ? new AuthConfigurationError('fetch', `threw a ${word}`)
    : new AuthNetworkError(operation, redact(word, secret))
}
