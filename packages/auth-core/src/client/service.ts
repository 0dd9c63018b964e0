import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../generated/schema.ts'
import { PlainRequest, PlainResponse } from '../request/plain-request.ts'
import type { Answer } from '../request/send-once.ts'

/** What openapi-fetch hands to the `fetch` beneath it. */
export type RequestClass = typeof globalThis.Request

/**
 * Creates openapi-fetch's client of the whole spec. Each call brings the hardened `fetch` that sends it.
 *
 * @param serviceUrl the address, without a slash at its end
 * @param requestClass the platform's `Request`, for middleware that expects one; by default a lighter class
 */
export function createServiceClient(
  serviceUrl: string,
  // openapi-fetch does nothing with a request but to make it, to hand it on, and to compare `method` with HEAD.
  requestClass: RequestClass = PlainRequest as unknown as RequestClass,
): Client<paths> {
  return createClient<paths>({ baseUrl: serviceUrl, Request: requestClass })
}

/** Hands an answer to openapi-fetch, which reads its status, headers and text only. */
export function toResponse(answer: Answer): Response {
  return new PlainResponse(answer) as unknown as Response
}
