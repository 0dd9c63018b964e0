import { nodeBuiltin } from '../runtime/node-builtin.ts'
import type { Challenge } from './challenge.ts'

/** What a guard publishes on the channel `tokenward.guard` of `node:diagnostics_channel` for each refusal. Never holds a token. */
export type GuardEvent = Pick<Challenge, 'status' | 'error' | 'reason' | 'cause'>

/** Runtimes without `node:diagnostics_channel` publish nothing. */
export function createGuardEvents(): (challenge: Challenge) => void {
  const channel = nodeBuiltin('node:diagnostics_channel')?.channel('tokenward.guard')
  return ({ status, error, reason, cause }) =>
    channel?.publish({ status, error, reason, cause } satisfies GuardEvent)
}
