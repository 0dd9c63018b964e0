import type { ServerResponse } from 'node:http'
import type { Arrival } from '../http/answer.ts'
import { credentialsOf } from '../http/received-request.ts'
import type { Operation } from '../service/operations.ts'
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
  // A ring, once it is full: the next place is that of the oldest.
  const entries: Entry[] = []
  let count = 0
  return {
    add(arrival, operation, at, response) {
      const entry: Entry = { at, arrival, operation, status: undefined }
      response.on('finish', () => (entry.status = response.statusCode))
      entries[count % limit] = entry
      count += 1
    },
    // Cleaned only when somebody looks, which after most requests of a long run nobody does.
    all: () =>
      [...entries.slice(count % limit), ...entries.slice(0, count % limit)].map(
        ({ at, arrival, operation, status }) => {
          const { method, path, search, requestId, headers, body } = arrival
          const query = Object.fromEntries(new URLSearchParams(search))
          const raw = { at, method, path, operation, requestId, query, headers, body }
          return { ...redact(raw, credentialsOf(arrival)), status }
        },
      ),
    clear: () => {
      entries.length = 0
      count = 0
    },
  }
}

interface Entry {
  readonly at: number
  readonly arrival: Arrival
  readonly operation: Operation | undefined
  status: number | undefined
}
