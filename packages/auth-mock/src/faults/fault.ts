import { validateHeaderName, validateHeaderValue } from 'node:http'
import { assertFields, fieldsOf, isAmount, isText, type FieldChecks } from '../options/assert-fields.ts'
import { isErrorName, type ErrorName } from '../http/answer.ts'
import { isOperation, type Operation } from '../service/operations.ts'

/**
 * What goes wrong, for which requests, and how often.
 *
 * The operation is not carried out when `status`, `error`, `gatewayCode`, `body`, `json` or `redirectTo` takes the place of
 * its answer; otherwise it is, whatever then happens to the answer.
 */
export interface Fault {
  /** Only requests of this operation. Default: every operation, or `revokeToken` with `revocation`. */
  readonly operation?: Operation
  /** Only requests that name this token. Default: every request. */
  readonly token?: string
  /** How many requests it hits, 1 or more. Default: every one. */
  readonly times?: number
  /** For how many milliseconds of the mock's clock it lasts, more than 0. Default: until it is removed. */
  readonly forMs?: number
  /** The share of matching requests that it hits, 0 to 1. Default 1. */
  readonly probability?: number
  /** Where the draws of `probability` and `jitterMs` start; the same seed draws the same. Default 1. */
  readonly seed?: number

  /** Milliseconds before anything is answered, at most 2147483647; alone, the answer that follows is the regular one. */
  readonly delayMs?: number
  /** Up to so many milliseconds more, drawn for each request. The same limit holds for both together. */
  readonly jitterMs?: number
  /** The status, with the documented error body that belongs to it. */
  readonly status?: number
  /** The name in that error body, for instance `failed_precondition` for the 400/9 answer; brings its own status. */
  readonly error?: ErrorName
  /** The code of an error in the gateway's shape instead, for instance `ACCESS_TOKEN_EXPIRED`. Status 401 by default. */
  readonly gatewayCode?: string
  /** What stands in the body instead; the status is 200 unless given, 502 for `html`. */
  readonly body?: FaultBody
  /** A JSON value of your own as the body; the status is 200 unless given. */
  readonly json?: unknown
  /** `Retry-After`: seconds, any text, or seconds from now spelled as one of the three HTTP dates. */
  readonly retryAfter?: number | string | { readonly seconds: number; readonly as: HttpDateFormat }
  /** More headers, or others. */
  readonly headers?: Readonly<Record<string, string>>
  /** Redirects there instead of answering, with 307 unless a status is given. */
  readonly redirectTo?: string
  /** What happens to the answer on its way. */
  readonly transport?: FaultTransport
  /** A revocation that is answered with success and does nothing, or takes effect so many milliseconds later. */
  readonly revocation?: 'ignored' | { readonly lateMs: number }
}

const bodies = [
  'none',
  'html',
  'truncated_json',
  'invalid_json',
  'invalid_utf8',
  'huge',
  'gzip_bomb',
] as const
const transports = ['reset', 'drip', 'stall'] as const
const dateFormats = ['imf-fixdate', 'rfc850', 'asctime'] as const

/**
 * A body that is not the documented one: no body, an HTML page, JSON cut off, something that is not JSON, an active token's
 * answer with a byte that is not UTF-8, 10 MB of JSON, or 100 kB of gzip that unpack to 100 MB.
 */
export type FaultBody = (typeof bodies)[number]

/** `reset` breaks the connection within the body, `drip` sends ten bytes a second, `stall` never finishes the headers. */
export type FaultTransport = (typeof transports)[number]

/** The three spellings of a date in HTTP (RFC 9110, section 5.6.7). */
export type HttpDateFormat = (typeof dateFormats)[number]

const isOneOf =
  (names: readonly unknown[]) =>
  (value: unknown): boolean =>
    names.includes(value)

/** The longest that a timer waits: beyond that, it ends at once. */
export const longestDelayMs = 2_147_483_647

const isDelay = (value: unknown): boolean => isAmount(value) && Number(value) <= longestDelayMs

const checks: FieldChecks<Fault> = {
  operation: isOperation,
  token: isText,
  times: (value) => isAmount(value) && Number(value) >= 1,
  forMs: (value) => isAmount(value) && Number(value) > 0,
  probability: (value) => isAmount(value) && Number(value) <= 1,
  seed: Number.isInteger,
  delayMs: isDelay,
  jitterMs: isDelay,
  status: (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
  error: isErrorName,
  gatewayCode: isText,
  body: isOneOf(bodies),
  json: isJson,
  retryAfter: (value) =>
    isHeader('retry-after', value) ||
    isAmount(value) ||
    (typeof fieldsOf(value).get('seconds') === 'number' && isOneOf(dateFormats)(fieldsOf(value).get('as'))),
  headers: (value) =>
    typeof value === 'object' && [...fieldsOf(value)].every(([name, text]) => isHeader(name, text)),
  redirectTo: (value) => isHeader('location', value),
  transport: isOneOf(transports),
  revocation: (value) => value === 'ignored' || isAmount(fieldsOf(value).get('lateMs')),
}

const selecting = ['operation', 'token', 'times', 'forMs', 'probability', 'seed']
const effects = Object.keys(checks).filter((name) => !selecting.includes(name))

const isHeader = (name: string, value: unknown): boolean => {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, String(value))
    return isText(value)
  } catch {
    return false
  }
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

/**
 * Makes sure that a value is a fault that can do something, with no field that no fault has.
 *
 * @throws TypeError when it is not; the message repeats no value
 */
export function assertFault(value: unknown): asserts value is Fault {
  assertFields('fail', checks, value)
  const { operation = 'revokeToken', revocation } = value
  if (revocation !== undefined && operation !== 'revokeToken')
    throw new TypeError('fail: revocation belongs to the operation revokeToken')
  const fields = fieldsOf(value)
  if (effects.every((name) => fields.get(name) === undefined))
    throw new TypeError(`fail: a fault does nothing without one of ${effects.join(', ')}`)
}
