import type { Arrival } from './answer.ts'
import type { Operation } from './operations.ts'

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
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** The status it was answered with; `undefined` until then, and when a fault left it without one. */
  readonly status: number | undefined
}

const secretName = /token|secret|password|credential|cookie|authorization/i
const jwt = /[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g
const redacted = '[redacted]'

/** Describes a request without its credentials, wherever in it they stand. */
export const recordRequest = (
  arrival: Arrival,
  operation: Operation | undefined,
  at: number,
): RecordedRequest & { status: number | undefined } => {
  const clean = (text: string): string =>
    arrival.credentials
      .reduce((rest, secret) => rest.replaceAll(secret, redacted), text)
      .replace(jwt, redacted)

  const redact = (name: string, value: unknown): unknown => {
    if (typeof value === 'string') return secretName.test(name) ? hide(value) : clean(value)
    if (Array.isArray(value)) return value.map((item) => redact(name, item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), redact(key, item)]))
  }
  const record = (entries: Iterable<readonly [string, unknown]>): Record<string, string> =>
    Object.fromEntries(Array.from(entries, ([name, value]) => [clean(name), String(redact(name, value))]))

  return {
    at,
    method: arrival.message.method ?? '',
    path: clean(arrival.path),
    operation,
    requestId: arrival.requestId,
    query: record(arrival.query),
    headers: record(Object.entries(arrival.message.headers)),
    body: redact('', arrival.body),
    status: undefined,
  }
}

// The scheme stays: whether a client sent Bearer is what a test wants to know.
const hide = (value: string): string => value.replace(/^((?:Bearer|Basic) )?.*$/is, `$1${redacted}`)
