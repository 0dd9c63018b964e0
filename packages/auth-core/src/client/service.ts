import createClient, { type Client, createQuerySerializer } from 'openapi-fetch'
import { assertArgument } from '../errors/assert.ts'
import type { paths } from '../generated/schema.ts'
import type { Answer } from '../request/answer.ts'
import { PlainRequest } from '../request/plain-request.ts'

/** openapi-fetch writes what a polluted prototype hands down into the query as well, or fails on it. */
function serializeQuery(query: object): string {
  return createQuerySerializer()(Object.assign(Object.create(null), query) as object)
}

/** openapi-fetch's client of the whole spec, as `auth.api` uses it. Each call brings the hardened `fetch` that sends it. */
export function createApiClient(serviceUrl: string): Client<paths> {
  return createClient<paths>({
    baseUrl: serviceUrl,
    Request: globalThis.Request,
    querySerializer: serializeQuery,
  })
}

/** The same for the methods of the client, whose requests are lighter and have one query in common. */
export function createServiceClient(serviceUrl: string, query: object): Client<paths> {
  const search = serializeQuery(query)
  return createClient<paths>({
    baseUrl: serviceUrl,
    // openapi-fetch does nothing with a request but to make it, to hand it on, and to compare `method` with HEAD.
    Request: PlainRequest as unknown as typeof globalThis.Request,
    querySerializer: () => search,
  })
}

/** Stands for a failure that is falsy. */
const falsy = {}

/**
 * Makes one call of openapi-fetch, which would take a failure that is falsy for none, such as the reason `null` of a caller who gives up.
 *
 * @param serviceUrl the address beneath which every request has to lie: middleware can change it, and so can a polluted prototype
 * @param sendBuilt sends what openapi-fetch has built
 * @param call calls openapi-fetch with the `fetch` that it is given
 * @see https://github.com/openapi-ts/openapi-typescript/blob/main/packages/openapi-fetch/src/index.js
 */
export function callService<Result>(
  serviceUrl: string,
  sendBuilt: (request: Request) => Promise<Answer>,
  call: (fetch: (request: Request) => Promise<Response>) => Promise<Result>,
): Promise<Result> {
  let failure: unknown
  const fetch = (request: Request): Promise<unknown> => {
    assertArgument('url', request.url.startsWith(`${serviceUrl}/`), 'must stay an address of the service')
    return sendBuilt(request).catch((error: unknown) => {
      failure = error
      throw error || falsy
    })
  }
  // Of a `Response`, openapi-fetch and its middleware read what an answer has.
  return call(fetch as (request: Request) => Promise<Response>).catch((error: unknown) => {
    throw error === falsy ? failure : error
  })
}
