import { type Credentials, textOf, unreadable } from '../guards/credentials.ts'

/** What a cloud function was called with. The options `onChallenge` and `readToken` receive it. */
export interface FunctionCall<Event = unknown, Context = unknown> {
  readonly event: Event
  readonly context: Context
}

/** The answer to a call that is refused: what the HTTP access service and functions-framework send as it is. */
export interface FunctionRefusal {
  readonly statusCode: number
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isBase64Encoded: false
}

type Fields = Readonly<Record<string, unknown>>

/** An own property of an object; `undefined` where there is none. */
function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Fields)[name]
    : undefined
}

const toFields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

/** Headers as entries: of a record, or of `Headers`, whose entries are no properties. */
function entriesOf(headers: unknown): [name: string, value: unknown][] {
  const { entries } = Object(headers) as Partial<Headers>
  return typeof entries === 'function' ? [...entries.call(headers)] : Object.entries(toFields(headers))
}

/** The values that gateways join into one text. */
const partsOf = (name: string, value: string): string[] =>
  value.split(name === 'cookie' ? ';' : ',').map((part) => part.trim())

/** Adds headers under their names in lower case. One that a gateway hands on under two names, or in both records, counts once. */
function addHeaders(all: Map<string, string[]>, headers: unknown): void {
  for (const [name, value] of entriesOf(headers)) {
    const key = name.toLowerCase()
    const known = all.get(key) ?? []
    const values = [value].flat().flatMap((each) => textOf(each, key) ?? [])
    const knownParts = new Set(known.flatMap((each) => partsOf(key, each)))
    const isKnown = values.every((each) => partsOf(key, each).every((part) => knownParts.has(part)))
    if (!isKnown) all.set(key, [...known, ...values])
  }
}

/** The headers of an event or of functions-framework, each of them as one text. */
function readHeaders(...records: readonly unknown[]): Record<string, string> {
  const all = new Map<string, string[]>()
  for (const record of records) addHeaders(all, record)
  return Object.fromEntries(Array.from(all, ([name, values]) => [name, textOf(values, name) ?? '']))
}

const toText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Gateways and programs that make an event write methods in either case. */
const toMethod = (value: unknown): string | undefined => toText(value)?.toUpperCase()

/**
 * Reads the credentials of a call over HTTP: from `context.httpContext` of functions-framework, else from an event of the HTTP access
 * service. `undefined` for a function that was called directly, whose event is what the caller has passed.
 *
 * @see https://docs.cloudbase.net/service/access-cloud-function
 */
export function readHttpCall({ event, context }: FunctionCall): Credentials | undefined {
  const http = read(context, 'httpContext')
  if (typeof http === 'object' && http !== null) {
    const headers = readHeaders(read(http, 'headers'))
    const { authorization } = headers
    return {
      authorization,
      headers,
      method: toMethod(read(http, 'httpMethod')),
      url: toText(read(http, 'url')),
    }
  }
  const method = toMethod(read(event, 'httpMethod'))
  if (method === undefined) return undefined
  // The list holds every value of a header, the other record one of them.
  const headers = readHeaders(read(event, 'multiValueHeaders'), read(event, 'headers'))
  const query = Object.keys(toFields(read(event, 'queryStringParameters')))
  const url = `${toText(read(event, 'path')) ?? '/'}?${query.map((name) => `${name}=`).join('&')}`
  return { authorization: headers['authorization'], headers, method, url }
}

/** The token that the caller of a function has passed to it. */
export function readEventToken({ event }: FunctionCall): string | undefined {
  const token = read(event, 'token') ?? undefined
  return token === undefined || typeof token === 'string' ? token : unreadable
}

/** The WebSocket of a call of functions-framework, which calls the function once when it is open. */
export function readWebSocket({
  context,
}: FunctionCall): { close(code?: number, reason?: string): void } | undefined {
  const socket = read(context, 'ws')
  return typeof (socket as { close?: unknown } | undefined)?.close === 'function'
    ? (socket as { close(code?: number, reason?: string): void })
    : undefined
}
