import type { IncomingMessage, ServerResponse } from 'node:http'
import { credentialsOf, parseBody, type ReceivedRequest } from '../http/received-request.ts'
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

/** The last requests of one mock: at most 10,000, and at most 8 MiB of headers and bodies. */
export interface RequestLog {
  /** Notes a request, and its status once the answer has been sent. */
  readonly add: (
    request: ReceivedRequest,
    operation: Operation | undefined,
    at: number,
    response: ServerResponse,
  ) => void
  /** Oldest first. */
  readonly all: () => readonly RecordedRequest[]
  readonly clear: () => void
}

const maxRequests = 10_000
const maxBytes = 8 * 1024 * 1024

// The body stays bytes: parsed, a hostile one takes twenty times the room.
interface Entry extends Pick<
  ReceivedRequest,
  'method' | 'path' | 'search' | 'requestId' | 'headers' | 'bytes' | 'bearer'
> {
  readonly at: number
  readonly operation: Operation | undefined
  readonly size: number
  status: number | undefined
}

/** Creates the log of one mock. */
export function createRequestLog(): RequestLog {
  let entries: (Entry | undefined)[] = []
  let dropped = 0
  let bytesKept = 0

  function dropOldest(): void {
    bytesKept -= entries[dropped]?.size ?? 0
    entries[dropped] = undefined
    dropped += 1
    // Once in 10,000 requests, so that a request costs the same however many came before it.
    if (dropped === maxRequests) {
      entries = entries.slice(dropped)
      dropped = 0
    }
  }

  return {
    add({ method, path, search, requestId, headers, bytes, bearer }, operation, at, response) {
      const size = sizeOf(response.req) + bytes.length
      const entry: Entry = {
        at,
        method,
        path,
        search,
        requestId,
        headers,
        bytes,
        bearer,
        operation,
        size,
        status: undefined,
      }
      response.on('finish', () => (entry.status = response.statusCode))
      entries.push(entry)
      bytesKept += size
      while (bytesKept > maxBytes || entries.length - dropped > maxRequests) dropOldest()
    },
    // Redacted only when a test looks, which it does after few of the requests of a long run.
    all: () => entries.flatMap((entry) => (entry ? [record(entry)] : [])),
    clear() {
      entries = []
      dropped = 0
      bytesKept = 0
    },
  }
}

function sizeOf({ url = '', rawHeaders }: IncomingMessage): number {
  let size = url.length
  for (const part of rawHeaders) size += part.length
  return size
}

function record({ search, bytes, bearer, status, size: _size, ...rest }: Entry): RecordedRequest {
  const query = Object.fromEntries(new URLSearchParams(search))
  const body = parseBody(bytes)
  return { ...redact({ ...rest, query, body }, credentialsOf({ bearer, body })), status }
}
