import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../generated/schema.ts'

/** What openapi-fetch makes of a call, and hands to the `fetch` beneath it. */
export type RequestClass = typeof globalThis.Request

/**
 * Creates openapi-fetch's client of the whole spec. Each call brings the hardened `fetch` that sends it.
 *
 * @param serviceUrl the address, without a slash at its end
 */
export function createServiceClient(serviceUrl: string, requestClass: RequestClass): Client<paths> {
  return createClient<paths>({ baseUrl: serviceUrl, Request: requestClass })
}
