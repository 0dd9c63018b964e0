import type { ErrorName } from './answer.ts'
import type { Operation } from './operations.ts'

/** What goes wrong, for which requests, and how often. */
export interface Fault {
  /** Only requests of this operation. Default: every operation. */
  readonly operation?: Operation
  /** Only requests that name this token. Default: every request. */
  readonly token?: string
  /** How many requests it hits. Default: every one. */
  readonly times?: number
  /** For how many milliseconds of the mock's clock it lasts. Default: until it is removed. */
  readonly forMs?: number
  /** The share of matching requests that it hits, 0 to 1. Default 1. */
  readonly probability?: number
  /** Where the draws of `probability` and `jitterMs` start; the same seed draws the same. Default 1. */
  readonly seed?: number

  /** Milliseconds before anything is answered; alone, the answer that follows is the regular one. */
  readonly delayMs?: number
  /** Up to so many milliseconds more, drawn for each request. */
  readonly jitterMs?: number
  /** The status, with the documented error body that belongs to it. */
  readonly status?: number
  /** The name in that error body, for instance `failed_precondition` for the 400/9 answer; brings its own status. */
  readonly error?: ErrorName
  /** The code of an error in the gateway's shape instead, for instance `ACCESS_TOKEN_EXPIRED`. Status 401 by default. */
  readonly gatewayCode?: string
  /** What stands in the body instead; the status is 200 unless given. */
  readonly body?: FaultBody
  /** A JSON value of your own as the body; the status is 200 unless given. */
  readonly json?: unknown
  /** `Retry-After`: seconds, any text, or seconds from now spelled as one of the three HTTP dates. */
  readonly retryAfter?: number | string | { readonly seconds: number; readonly as: HttpDateFormat }
  /** More headers, or others. */
  readonly headers?: Readonly<Record<string, string>>
  /** Redirects there instead of answering, with 307 unless a status is given. */
  readonly redirectTo?: string
  /** What the connection does to the answer. */
  readonly transport?: FaultTransport
  /** A revocation that is answered with success and does nothing, or takes effect so many milliseconds later. */
  readonly revocation?: 'ignored' | { readonly lateMs: number }
}

/**
 * A body that is not the documented one: no body, an HTML page, JSON cut off, something that is not JSON, bytes that are
 * not UTF-8, 10 MB, or a few kilobytes of gzip that unpack to 100 MB.
 */
export type FaultBody =
  | 'none'
  | 'html'
  | 'truncated_json'
  | 'invalid_json'
  | 'invalid_utf8'
  | 'huge'
  | 'gzip_bomb'

/** `reset` ends the connection within the body, `drip` sends a byte at a time, `stall` never finishes the headers. */
export type FaultTransport = 'reset' | 'drip' | 'stall'

/** The three spellings of a date in HTTP (RFC 9110, section 5.6.7). */
export type HttpDateFormat = 'imf-fixdate' | 'rfc850' | 'asctime'

/** The faults of one mock, oldest first: the first that matches a request is the one that hits it. */
export interface FaultBox {
  /** Adds a fault; calling the result removes it. */
  readonly add: (fault: Fault) => () => void
  /** Takes the fault for a request, counting it. */
  readonly take: (operation: Operation, credentials: readonly string[]) => TakenFault | undefined
  readonly clear: () => void
}

/** A fault that hits, with its draws made. */
export interface TakenFault {
  readonly fault: Fault
  /** Milliseconds. */
  readonly delay: number
}

export const createFaultBox = (now: () => number): FaultBox => {
  const active = new Set<{ fault: Fault; left: number; until: number; draw: () => number }>()

  return {
    add(fault) {
      const { times = Infinity, forMs = Infinity, seed = 1 } = fault
      const entry = { fault, left: times, until: now() + forMs, draw: createDraw(seed) }
      active.add(entry)
      return () => void active.delete(entry)
    },
    take(operation, credentials) {
      for (const entry of active) {
        const { operation: only = operation, token, probability = 1, delayMs = 0, jitterMs = 0 } = entry.fault
        if (now() >= entry.until || entry.left <= 0) active.delete(entry)
        else if (only !== operation || (token !== undefined && !credentials.includes(token))) continue
        else if (entry.draw() < probability) {
          entry.left -= 1
          return { fault: entry.fault, delay: delayMs + entry.draw() * jitterMs }
        }
      }
      return undefined
    },
    clear: () => active.clear(),
  }
}

// mulberry32: the smallest generator that can be seeded; Math.random cannot.
const createDraw = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}
