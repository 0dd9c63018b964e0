import { readJsonBody, type BodyStream, type JsonBody } from './read-json.ts'
import { redact } from '../errors/redact.ts'
import { readRetryAfter } from './backoff.ts'

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

/** Sends a request once and reads the answer to its end. */
export async function sendOnce(fetch: Fetch, url: string, init: FetchInit, token: string): Promise<Answer> {
  const response = await fetch(url, init)
  const { status, headers } = response
  const { value, reason } = await readJsonBody(response)
  const { request_id, requestId } = Object(value) as Record<string, unknown>
  const id = headers.get('x-request-id') ?? headers.get('seqid') ?? headers.get('requestid')
  return {
    value,
    reason,
    status,
    headers,
    requestId: redact(id ?? request_id ?? requestId, token),
    retryAfterMs: readRetryAfter(headers.get('retry-after') ?? ''),
  }
}
