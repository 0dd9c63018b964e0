import { assertArgument } from '../errors/assert.ts'
import type { ResponseErrorReason } from '../errors/errors.ts'
import { describeValue } from '../errors/plain-text.ts'
import type { Fetch, FetchInit, FetchResponse } from './fetch.ts'
import { readBody } from './read-body.ts'

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: FetchResponse['headers']
  /** The body; empty where it was too large or no UTF-8. */
  readonly text: string
  /** The body as JSON. JSON has no `undefined`, which therefore stands for a body that is empty or no JSON. */
  readonly value: unknown
  /**
   * Why the client does not take this answer for one of the service. `undefined` for every status from 400 on, whatever the body, and
   * for a success whose body is empty or JSON.
   */
  readonly distrust: ResponseErrorReason | undefined
}

/**
 * Sends a request once and reads the answer to its end.
 *
 * @throws {AuthConfigurationError} when `fetch` resolves to what is no response
 * @throws what `fetch` throws
 */
export async function sendOnce(fetch: Fetch, url: string, init: FetchInit): Promise<Answer> {
  const response = await fetch(url, init)
  assertResponse(response)
  const { status, headers } = response
  const { text = '', reason } = await readBody(response)
  const value = parseJson(text)
  const isJson = text === '' || (value !== undefined && isJsonType(headers.get('content-type')))
  return {
    status,
    headers,
    text,
    value,
    distrust:
      status >= 400
        ? undefined
        : isRedirect(status)
          ? 'redirect'
          : (reason ?? (isJson ? undefined : 'not_json')),
  }
}

function assertResponse(response: unknown): asserts response is FetchResponse {
  const { status, headers } = Object(response) as { status?: unknown; headers?: { get?: unknown } }
  const isResponse = typeof status === 'number' && typeof headers?.get === 'function'
  assertArgument('fetch', isResponse, `must resolve to a response, not ${describeValue(response)}`)
}

/** Browsers hide the status of a redirect behind 0. */
function isRedirect(status: number): boolean {
  return status === 0 || (status >= 300 && status < 400)
}

/** Without the parser's message, because that quotes the body. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** No type at all and `text/plain` are what some gateways say of JSON; any other type belongs to something else, such as a login page. */
function isJsonType(type: string | null): boolean {
  return type === null || /^\s*(text\/plain|[^\s/;,]+\/([^\s;,]+\+)?json)\s*([;,]|$)/i.test(type)
}
