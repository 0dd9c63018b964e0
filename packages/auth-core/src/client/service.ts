import createClient, { type Client, createQuerySerializer } from 'openapi-fetch'
import type { paths } from '../generated/schema.ts'
import { PlainRequest } from '../request/plain-request.ts'

/** openapi-fetch's client of the whole spec, as `auth.api` uses it. Each call brings the hardened `fetch` that sends it. */
export function createApiClient(serviceUrl: string): Client<paths> {
  return createClient<paths>({ baseUrl: serviceUrl, Request: globalThis.Request })
}

/** The same for the methods of the client, whose requests are lighter and have one query in common. */
export function createServiceClient(serviceUrl: string, query: object): Client<paths> {
  const search = createQuerySerializer()(query)
  return createClient<paths>({
    baseUrl: serviceUrl,
    // openapi-fetch does nothing with a request but to make it, to hand it on, and to compare `method` with HEAD.
    Request: PlainRequest as unknown as typeof globalThis.Request,
    querySerializer: () => search,
  })
}
