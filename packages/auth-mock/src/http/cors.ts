import type { IncomingMessage } from 'node:http'
import { authError, type Answer } from './answer.ts'

// A fixed list, as the service's: a page that sends any other header fails its preflight.
const allowedHeaders =
  'accept-language, authorization, content-type, x-device-id, x-request-id, x-sdk-version, x-project-id'

/** The headers that let a page read an answer; nothing is exposed, so it sees neither request id nor Retry-After. */
export const corsHeaders = (message: IncomingMessage): Record<string, string> => {
  const { origin } = message.headers
  return origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' }
}

/** Answers a preflight, also for a foreign origin: the refusal that follows is one a page can read. */
export const preflight: Answer = {
  status: 204,
  body: undefined,
  headers: {
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': allowedHeaders,
  },
}

/** Refuses a page whose origin is not listed, in the vendor's words; `undefined` lets the request pass. */
export const refuseOrigin = (
  message: IncomingMessage,
  allowed: readonly string[] | undefined,
  clientId: string,
): Answer | undefined => {
  const { origin } = message.headers
  if (origin === undefined || !allowed || allowed.includes(origin)) return undefined
  const host = URL.canParse(origin) ? new URL(origin).host : 'the origin'
  return authError(
    'permission_denied',
    `cors permission denied, please check if ${host} in your client ${clientId} domains`,
  )
}
