import { readJsonBody, type BodyStream, type JsonBody } from './body.ts'
import { AuthNetworkError } from './errors.ts'
import { operations } from './generated/operations.ts'
import type { ClientSettings } from './options.ts'
import { quietly } from './quietly.ts'
import { redact } from './redact.ts'
import { backoffMs, isRetryable, readRetryAfter } from './retry.ts'
import type { ServiceCall } from './service.ts'

/** What is read of a `Response`; a platform may answer with something lighter. */
export interface FetchResponse extends BodyStream {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** What a request is made of. Its `headers` and `body` carry the token. */
export interface FetchInit {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string | null
  readonly signal: AbortSignal
  readonly redirect: 'manual'
  readonly keepalive: boolean
}

/** The part of the platform's `fetch` that is used. The platform's own fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

/** An answer, read to its end. */
export interface Answer extends JsonBody {
  readonly status: number
  readonly headers: FetchResponse['headers']
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
}

async function sendOnce(fetch: Fetch, url: string, init: FetchInit, token: string): Promise<Answer> {
  const response = await fetch(url, init)
  const { status, headers } = response
  const body = await readJsonBody(response)
  const { request_id, requestId } = Object(body.value) as Record<string, unknown>
  const id = headers.get('x-request-id') ?? headers.get('seqid') ?? headers.get('requestid')
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
  return typeof reason === 'string' && /^[A-Z_]{3,40}$/.test(reason) ? reason : undefined
}

/**
 * Sends a request until an answer worth returning has come, tries are used up, or the next pause would outlast the deadline.
 * `Retry-After` decides the pause where it is sane.
 *
 * @throws {AuthNetworkError} when the last try brought no answer
 * @throws the reason of the deadline's signal once that is aborted
 */
export async function send(
  { fetch, maxRetries, onRequest, onResponse }: ClientSettings,
  operation: keyof typeof operations,
  url: string,
  init: FetchInit,
  { token, deadline }: ServiceCall,
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const event = { operation, ...operations[operation], attempt }
    quietly(() => onRequest?.(event))
    const startedAt = Date.now()
    let failure: unknown
    const answer = await sendOnce(fetch, url, init, token).catch((error: unknown) => {
      failure = error
      return undefined
    })
    const durationMs = Date.now() - startedAt
    quietly(() =>
      onResponse?.({ ...event, status: answer?.status, requestId: answer?.requestId, durationMs }),
    )
    deadline.signal.throwIfAborted()
    const isFinal = (answer && !isRetryable(answer.status)) || attempt > maxRetries
    if (isFinal || !(await deadline.pause(answer?.retryAfterMs ?? backoffMs(attempt)))) {
      if (answer) return answer
      throw new AuthNetworkError(operation, platformReason(failure))
    }
  }
}
