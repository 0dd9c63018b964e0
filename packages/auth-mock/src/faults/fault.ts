import { validateHeaderName, validateHeaderValue } from 'node:http'
import { AuthConfigurationError } from '@tokenward/auth-core'
import { errorNames, type ErrorName } from '../http/answer.ts'
import {
  checkOptions,
  numberFrom,
  oneOf,
  someText,
  wholeNumberFrom,
  type OptionRule,
  type OptionRules,
} from '../options/check-options.ts'
import { fieldOf } from '../options/field-of.ts'
import { operationNames, type Operation } from '../service/operations.ts'
import type { FailedRevocation } from '../service/service.ts'

/**
 * What goes wrong, for which requests, and how often.
 *
 * The operation is not carried out when `status`, `error`, `gatewayCode`, `body`, `json` or `redirectTo` replaces its answer. With the
 * other fields it is, whatever then happens to the answer.
 *
 * @example
 * ```ts
 * mock.fail({ operation: 'verifyToken', status: 503, retryAfter: 1, times: 2 })
 * mock.fail({ delayMs: 200, jitterMs: 100, probability: 0.1, seed: 7 })
 * mock.fail({ revocation: { lateMs: 5_000 } })
 * ```
 */
export interface Fault {
  /** Only requests of this operation. @default every operation, or `revokeToken` with `revocation` */
  readonly operation?: Operation | undefined
  /** Only requests that name this token. @default every request */
  readonly token?: string | undefined
  /** How many requests it hits, 1 or more. @default every one */
  readonly times?: number | undefined
  /** For how many milliseconds of the mock's clock it lasts, more than 0. @default until it is removed */
  readonly forMs?: number | undefined
  /** The share of matching requests that it hits, 0 to 1. @default 1 */
  readonly probability?: number | undefined
  /** Where the draws of `probability` and `jitterMs` start, a whole number; the same seed draws the same. @default 1 */
  readonly seed?: number | undefined

  /** Milliseconds before anything is answered, 0 to 2,147,483,647. Alone, the answer that follows is the regular one. @default 0 */
  readonly delayMs?: number | undefined
  /** Up to so many milliseconds more, drawn for each request. The same limit holds for both together. @default 0 */
  readonly jitterMs?: number | undefined
  /** The status, 200 to 599, with the documented error body that belongs to it. */
  readonly status?: number | undefined
  /** The name in that error body, such as `failed_precondition` for the 400/9 answer; brings its own status. */
  readonly error?: ErrorName | undefined
  /** The code of an error in the gateway's shape instead, such as `ACCESS_TOKEN_EXPIRED`. Its status is 401 unless given. */
  readonly gatewayCode?: string | undefined
  /** The kind of the body in place of the documented one. The status is 200 unless given, 502 for `html`. */
  readonly body?: FaultBody | undefined
  /** A JSON value of your own as the body. The status is 200 unless given. */
  readonly json?: unknown
  /** `Retry-After`: seconds, any text, or seconds from now spelled as one of the three HTTP dates. */
  readonly retryAfter?:
    | number
    | string
    | { readonly seconds: number; readonly as: HttpDateFormat }
    | undefined
  /** Headers that are added, or that replace the usual ones, also a `content-length` that is not the length of the body. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Redirects there instead of answering, with 307 unless a status is given. */
  readonly redirectTo?: string | undefined
  /** What happens to the answer on its way. */
  readonly transport?: FaultTransport | undefined
  /** A revocation that is answered with success and does nothing, or that takes effect so many milliseconds later. */
  readonly revocation?: FailedRevocation | undefined
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

/** The longest that a timer waits, in milliseconds: a longer one ends at once. */
export const longestDelayMs = 2_147_483_647

const delay = numberFrom(0, longestDelayMs)
// From now, a date of HTTP reaches from a year of this century or the last to one of four digits.
const secondsOfDate = numberFrom(-1e9, 1e11)
const header = (name: string): OptionRule => ({
  accepts: (value) => isHeader(name, value),
  expected: 'text that can stand in a header',
})

const rules: OptionRules<Fault> = {
  operation: oneOf(operationNames),
  // Said without the value, which is a token.
  token: { accepts: () => true, expected: 'text' },
  times: {
    accepts: (value) => (Number.isInteger(value) && Number(value) >= 1) || value === Infinity,
    expected: 'a whole number of at least 1',
  },
  forMs: { accepts: (value) => typeof value === 'number' && value > 0, expected: 'a number above 0' },
  probability: numberFrom(0, 1),
  seed: { accepts: Number.isInteger, expected: 'a whole number' },
  delayMs: delay,
  jitterMs: delay,
  status: wholeNumberFrom(200, 599),
  error: oneOf(errorNames),
  gatewayCode: someText,
  body: oneOf(bodies),
  json: { accepts: isJson, expected: 'a value that JSON can express' },
  retryAfter: {
    accepts: (value) =>
      typeof value === 'object'
        ? secondsOfDate.accepts(fieldOf(value, 'seconds')) &&
          dateFormats.some((format) => format === fieldOf(value, 'as'))
        : isHeader('retry-after', value) || numberFrom(0, 1e11).accepts(value),
    expected: `seconds, text of a header, or { seconds, as } with seconds ${secondsOfDate.expected} and as one of ${dateFormats.join(', ')}`,
  },
  headers: {
    accepts: (value) =>
      typeof value === 'object' &&
      // Node sends no trailer, and an answer that announces one breaks off.
      Object.entries(value ?? {}).every(
        ([name, content]) => isHeader(name, content) && !/^trailer$/i.test(name),
      ),
    expected: 'an object of valid headers, without trailer',
  },
  redirectTo: header('location'),
  transport: oneOf(transports),
  revocation: {
    accepts: (value) => value === 'ignored' || numberFrom(0).accepts(fieldOf(value, 'lateMs')),
    expected: "'ignored' or { lateMs }",
  },
}

const selecting = ['operation', 'token', 'times', 'forMs', 'probability', 'seed']
const effects = Object.keys(rules).filter((name) => !selecting.includes(name))
// Each of these is an answer of its own; `status` goes with any one of them.
const answers = ['error', 'gatewayCode', 'body', 'json', 'redirectTo']
const streamed = ['huge', 'gzip_bomb']

function isHeader(name: string, value: unknown): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, String(value))
    return typeof value === 'string'
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
 * Reads a fault: one that can do something, with no field that no fault has.
 *
 * @throws {AuthConfigurationError} when it is not; the message shows no token
 */
export function readFault(value: unknown): Fault {
  const fault = checkOptions('fail', rules, value)
  const { operation = 'revokeToken', revocation, token } = fault
  if (token !== undefined && typeof token !== 'string')
    throw new AuthConfigurationError('token', 'must be text')
  if (revocation !== undefined && operation !== 'revokeToken')
    throw new AuthConfigurationError('revocation', 'belongs to the operation revokeToken')
  const [answer, another] = answers.filter((name) => fieldOf(fault, name) !== undefined)
  if (another !== undefined) throw new AuthConfigurationError(another, `cannot be combined with ${answer}`)
  if (revocation !== undefined && (answer !== undefined || fault.status !== undefined))
    throw new AuthConfigurationError(
      'revocation',
      `has no effect with ${answer ?? 'status'}, which replaces it`,
    )
  if (streamed.includes(String(fault.body)) && ['reset', 'drip'].includes(String(fault.transport)))
    throw new AuthConfigurationError('transport', `must be "stall" with the body ${fault.body}, or left out`)
  if (effects.every((name) => fieldOf(fault, name) === undefined))
    throw new AuthConfigurationError('fault', `does nothing without one of ${effects.join(', ')}`)
  return fault
}
