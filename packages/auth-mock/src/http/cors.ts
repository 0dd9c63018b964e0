import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { authError, type Answer } from './answer.ts'

// A fixed list, as the service's: a page that sends any other header fails its preflight.
const allowedHeaders =
  'accept-language, authorization, content-type, x-device-id, x-request-id, x-sdk-version, x-project-id'

/** The headers that let a page read an answer. Nothing is exposed, so it sees neither the request id nor `Retry-After`. */
export function corsHeaders({ headers: { origin } }: IncomingMessage): Record<string, string> {
  return origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' }
}

/** Answers every preflight, also that of a foreign origin, so that the page can read the refusal that follows. */
export const preflight: Answer = {
  status: 204,
  body: undefined,
  headers: {
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': allowedHeaders,
  },
}

/** Tells whether a request comes from a page whose origin is not in the list. Without a list, every origin may call. */
export function isForeignOrigin(
  { origin }: IncomingHttpHeaders,
  allowed: readonly string[] | undefined,
): boolean {
  return origin !== undefined && allowed !== undefined && !allowed.includes(origin)
}

/** Refuses a page in the vendor's words. */
export function refuseOrigin({ origin = '' }: IncomingHttpHeaders, clientId: string): Answer {
  const host = URL.canParse(origin) ? new URL(origin).host : 'the origin'
  return authError(
    'permission_denied',
    `cors permission denied, please check if ${host} in your client ${clientId} domains`,
  )
}
