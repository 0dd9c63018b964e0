import type { ServerResponse } from 'node:http'
import type { Arrival } from './answer.ts'
import type { Operation } from './operations.ts'
import { redact } from './redact.ts'

/** A request as it arrived, with every credential replaced by `[redacted]`. */
export interface RecordedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly method: string
  readonly path: string
  /** The operation, or `undefined` when the request reached none. */
  readonly operation: Operation | undefined
  readonly requestId: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: unknown
  /** The status it was answered with; `undefined` until then, and when a fault left it without one. */
  readonly status: number | undefined
}

/** The last requests of one mock. */
export interface RequestLog {
  /** Notes a request, and what it is answered with once that has been sent. */
  readonly add: (
    arrival: Arrival,
    operation: Operation | undefined,
    at: number,
    response: ServerResponse,
  ) => void
  /** Oldest first. */
  readonly all: () => readonly RecordedRequest[]
  readonly clear: () => void
}

const limit = 10_000

export const createRequestLog = (): RequestLog => {
  const entries: Entry[] = []
  return {
    add(arrival, operation, at, response) {
      const { message, path, search, requestId, body, credentials } = arrival
      const { method = '', headers } = message
      const raw = { at, method, path, operation, requestId, headers, body }
      const entry: Entry = { raw, search, credentials, status: undefined }
      response.on('finish', () => (entry.status = response.statusCode))
      // Cut by halves, since cutting one off costs as much as cutting thousands.
      if (entries.push(entry) > 2 * limit) entries.splice(0, limit)
    },
    // Cleaned only when somebody looks, which after most requests of a long run nobody does.
    all: () =>
      entries.slice(-limit).map(({ raw, search, credentials, status }) => {
        const query = Object.fromEntries(new URLSearchParams(search))
        return { ...redact({ ...raw, query }, credentials), status }
      }),
    clear: () => void entries.splice(0),
  }
}

interface Entry {
  readonly raw: Omit<RecordedRequest, 'query' | 'status'>
  readonly search: string
  readonly credentials: readonly string[]
  status: number | undefined
}
