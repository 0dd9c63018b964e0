import type { WithResponse } from '@tokenward/auth-node'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import { findBadRequestBody, takeBadRevocation } from './transport.ts'

// `failed_precondition`: what the service answers with status 400 to a text that is no whole token.
const unreadableCode = 9

/**
 * Tells whether a token is called dead only because the service could not read it. A guard turns such a token away, as it does every dead
 * one. But a token that was cut off or changed is answered so as well, and the whole one may be alive.
 *
 * Every other answer that calls a token dead, such as a 400 with `invalid_token`, speaks of a token that the service has read.
 *
 * @param response of an answer that was taken for one about the token
 */
export function isUnreadable(response: WithResponse<unknown>['response']): boolean {
  return saysUnreadable(response && findBadRequestBody(response.headers))
}

/** Tells the same of a token that was revoked, whatever the service has said of it since. */
export function wasUnreadable(token: string): boolean {
  return saysUnreadable(takeBadRevocation(token))
}

function saysUnreadable(body: Buffer | undefined): boolean {
  // The client has taken it for an answer of the service, so that it is an object of JSON.
  // Decoded as the client does it, which passes over a byte order mark.
  const text = body && new TextDecoder().decode(body)
  return text !== undefined && (JSON.parse(text) as ErrorCode).error_code === unreadableCode
}

interface ErrorCode {
  readonly error_code?: unknown
}

/** What stands behind their number in a summary. */
export const unreadableWords =
  'unreadable: the service cannot read these as tokens; the tokens that they were cut off from may be alive'

/** Refuses to call such a token dead. */
export function createUnreadableError(): CliError {
  return new CliError(
    'the service cannot read this as a token (status 400), which proves nothing of the token that it was meant to be: check that it is whole',
    exitCodes.unknown,
  )
}
