import type { WithResponse } from '@tokenward/auth-node'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'

/**
 * Tells whether the service could not read a text as a token: its answer for that is a 400. A guard turns such a token away, as it does
 * every dead one. But a token that was cut off or changed is answered so as well, and the whole one may be alive.
 */
export function isUnreadable(response: WithResponse<unknown>['response']): boolean {
  return response?.status === 400
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
