import type { ResponseErrorReason } from '../errors/answer-errors.ts'
import type { FetchResponse } from './fetch.ts'

/**
 * An answer, read to its end under the cap and parsed once. openapi-fetch and its middleware read it like a `Response`: the true status,
 * headers and text, as often as they like.
 */
export class Answer {
  readonly status: number
  readonly ok: boolean
  readonly headers: FetchResponse['headers']
  /** The body as JSON. JSON has no `undefined`, which therefore stands for a body that is empty or no JSON. */
  readonly value: unknown
  /**
   * Why the client does not take this answer for one of the service. `undefined` for every status from 400 on, whatever the body, and
   * for a success whose body is empty or JSON.
   */
  readonly distrust: ResponseErrorReason | undefined
  readonly #text: string

  /** @param reason why the body could not be read as text, in which case `text` is empty */
  constructor({ status, headers }: FetchResponse, text: string, reason: ResponseErrorReason | undefined) {
    this.status = status
    this.ok = status >= 200 && status < 300
    this.headers = headers
    this.value = parseJson(text)
    this.#text = text
    if (status >= 400) return
    const isJson = this.value !== undefined && isJsonType(headers.get('content-type'))
    this.distrust = isRedirect(status) ? 'redirect' : (reason ?? (isJson || !text ? undefined : 'not_json'))
  }

  text(): Promise<string> {
    return Promise.resolve(this.#text)
  }

  json(): Promise<unknown> {
    return Promise.resolve(this.value)
  }

  clone(): this {
    return this
  }
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
