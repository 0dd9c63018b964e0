import type { Answer } from './send-once.ts'

/**
 * What openapi-fetch builds in place of a `Request`, whose making costs as much as half a call. It takes the class as its `Request` option.
 *
 * @see https://openapi-ts.dev/openapi-fetch/api#createclient
 */
export class PlainRequest {
  readonly url: string
  readonly method: string
  readonly body: string | undefined

  constructor(url: string, init: { readonly method: string; readonly body?: string }) {
    this.url = url
    this.method = init.method
    this.body = init.body
  }
}

/**
 * An answer that was read under the cap, as openapi-fetch and its middleware read it: the true status, headers and text. Can be read more
 * than once.
 */
export class PlainResponse {
  readonly status: number
  readonly ok: boolean
  readonly headers: Answer['headers']
  readonly #text: string

  constructor({ status, headers, text }: Answer) {
    this.status = status
    this.ok = status >= 200 && status < 300
    this.headers = headers
    this.#text = text
  }

  text(): Promise<string> {
    return Promise.resolve(this.#text)
  }

  json(): Promise<unknown> {
    return new Promise((resolve) => resolve(JSON.parse(this.#text)))
  }

  clone(): PlainResponse {
    return this
  }
}
