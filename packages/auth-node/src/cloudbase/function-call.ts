import type { Credentials } from '../guards/credentials.ts'

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

/** Adds headers under their names in lower case. One that a gateway hands on under two names, or in both records, counts once. */
function addHeaders(all: Map<string, string[]>, headers: unknown): void {
  for (const [name, value] of Object.entries(toFields(headers))) {
    const key = name.toLowerCase()
    const known = all.get(key) ?? []
    const values = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string')
    const isKnown = values.every((each) => known.includes(each))
    if (!isKnown) all.set(key, [...known, ...values])
  }
}

/** The headers of an event or of functions-framework, each of them as one text. */
function readHeaders(...records: readonly unknown[]): Record<string, string> {
  const all = new Map<string, string[]>()
  for (const record of records) addHeaders(all, record)
  const join = (name: string, values: readonly string[]): string =>
    values.join(name === 'cookie' ? '; ' : ', ')
  return Object.fromEntries(Array.from(all, ([name, values]) => [name, join(name, values)]))
}

const toText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

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
      method: toText(read(http, 'httpMethod')),
      url: toText(read(http, 'url')),
    }
  }
  const method = toText(read(event, 'httpMethod'))
  if (method === undefined) return undefined
  // The list holds every value of a header, the other record one of them.
  const headers = readHeaders(read(event, 'multiValueHeaders'), read(event, 'headers'))
  const query = Object.keys(toFields(read(event, 'queryStringParameters')))
  const url = `${toText(read(event, 'path')) ?? '/'}?${query.map((name) => `${name}=`).join('&')}`
  return { authorization: headers['authorization'], headers, method, url }
}

/** The token that the caller of a function has passed to it. */
export function readEventToken({ event }: FunctionCall): string | undefined {
  return toText(read(event, 'token'))
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
