import type { ResponseErrorReason } from '../errors/answer-errors.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import type { FetchResponse } from './fetch.ts'

/**
 * An answer, read to its end under the cap and parsed once. openapi-fetch and its middleware read it like a `Response`: the true status,
 * headers and text, as often as they like.
 */
export interface Answer {
  readonly status: number
  readonly ok: boolean
  readonly headers: FetchResponse['headers']
  /** The body as JSON. JSON has no `undefined`, which therefore stands for a body that is empty or no JSON. */
  readonly value: unknown
  /**
   * Why the client does not take this answer for one of the service. Without a redirect, `undefined` for every status from 400 on,
   * whatever the body, and for a success whose body is empty or JSON.
   */
  readonly distrust: ResponseErrorReason | undefined
  text(): Promise<string>
  json(): Promise<unknown>
  clone(): Answer
}

/**
 * @param sentTo the address that was asked
 * @param reason why the body could not be read as text, in which case `text` is empty
 */
export function createAnswer(
  { status, headers, redirected, url }: FetchResponse,
  sentTo: string,
  text: string,
  reason: ResponseErrorReason | undefined,
): Answer {
  // Without the parser's message, because that quotes the body.
  const value = orUndefined(() => JSON.parse(text) as unknown)

  function findDistrust(): ResponseErrorReason | undefined {
    // A `fetch` of the application has followed it. Under MSW, an answer that was fetched is `redirected` as well, from its own address.
    if (redirected && url !== sentTo) return 'redirect'
    if (status >= 400) return undefined
    // Browsers hide the status of a redirect behind 0.
    if (status === 0 || status >= 300) return 'redirect'
    const isJson = value !== undefined && isJsonType(headers.get('content-type'))
    return reason ?? (isJson || !text ? undefined : 'not_json')
  }

  const answer: Answer = {
    status,
    ok: status >= 200 && status <= 299,
    headers,
    value,
    distrust: findDistrust(),
    text: () => Promise.resolve(text),
    json: () => Promise.resolve(value),
    clone: () => answer,
  }
  return answer
}

/** No type at all and `text/plain` are what some gateways say of JSON; any other type belongs to something else, such as a login page. */
function isJsonType(type: string | null): boolean {
  return type === null || /^\s*(text\/plain|[^\s/;,]+\/([^\s;,]+\+)?json)\s*([;,]|$)/i.test(type)
}
