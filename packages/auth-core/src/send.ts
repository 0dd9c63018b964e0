import { readJsonBody, type BodyStream, type JsonBody } from './body.ts'
import { type Deadline, waitWithin } from './deadline.ts'
import { AuthNetworkError } from './errors.ts'
import { operations } from './generated/operations.ts'
import { notify, type Observer } from './observer.ts'
import { redact } from './redact.ts'
import { backoffMs, isRetryable, readRetryAfter } from './retry.ts'

/** What is read of a `Response`; a platform may answer with something lighter. */
export interface FetchResponse extends BodyStream {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** What a request is made of. Its `headers` and `body` carry the token. */
export interface FetchInit {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly signal: AbortSignal
  readonly redirect: 'manual'
  readonly keepalive?: boolean
}

/** The part of the platform's `fetch` that is used. The platform's own fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

/** A request, ready to be sent as often as it takes. */
export interface OutgoingRequest {
  readonly operation: keyof typeof operations
  readonly token: string
  readonly url: string
  readonly init: FetchInit
}

/** How requests are sent; the same for every request of a client. */
export interface SendOptions extends Observer {
  readonly fetch: Fetch
  readonly maxRetries: number
}

/** An answer, read to its end. */
export interface Answer extends JsonBody {
  readonly status: number
  readonly headers: FetchResponse['headers']
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
}

async function sendOnce({ fetch }: SendOptions, { url, init, token }: OutgoingRequest): Promise<Answer> {
  const response = await fetch(url, init)
  const { status, headers } = response
  const body = await readJsonBody(response)
  const { request_id, requestId } = Object(body.value) as Record<string, unknown>
  const [id] = ['x-request-id', 'seqid', 'requestid'].map((name) => headers.get(name)).filter(Boolean)
  return {
    ...body,
    status,
    headers,
    requestId: redact(id ?? request_id ?? requestId, token),
    retryAfterMs: readRetryAfter(headers.get('retry-after')),
  }
}

function platformReason(error: unknown): string | undefined {
  const { code, cause } = Object(error) as { code?: unknown; cause?: { code?: unknown } }
  const reason = cause?.code ?? code
  return typeof reason === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(reason) ? reason : undefined
}

/**
 * Sends a request until an answer worth returning has come, tries are used up, or the next pause would outlast the deadline.
 * `Retry-After` decides the pause where it is sane.
 *
 * @throws {AuthNetworkError} when the last try brought no answer
 * @throws the reason of the deadline's signal once that is aborted
 */
export async function send(
  options: SendOptions,
  request: OutgoingRequest,
  deadline: Deadline,
): Promise<Answer> {
  const { operation, init } = request
  for (let attempt = 1; ; attempt += 1) {
    const event = { operation, method: init.method, path: operations[operation].path, attempt }
    notify(options.onRequest, event)
    const startedAt = Date.now()
    let answer: Answer | undefined
    let failure: unknown
    try {
      answer = await sendOnce(options, request)
    } catch (error) {
      failure = error
    }
    const { status, requestId } = answer ?? {}
    notify(options.onResponse, { ...event, status, requestId, durationMs: Date.now() - startedAt })
    deadline.signal.throwIfAborted()
    if (answer && !isRetryable(answer.status)) return answer
    const pauseMs = answer?.retryAfterMs ?? backoffMs(attempt)
    if (attempt > options.maxRetries || !(await waitWithin(deadline, pauseMs))) {
      if (answer) return answer
      throw new AuthNetworkError(operation, platformReason(failure))
    }
  }
}
