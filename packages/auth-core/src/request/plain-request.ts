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
