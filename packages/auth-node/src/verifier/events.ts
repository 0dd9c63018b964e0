import type { AuthError } from '@tokenward/auth-core'
import { nodeBuiltin } from '../runtime/node-builtin.ts'

/** What a verifier publishes on the channel `tokenward.verifier` of `node:diagnostics_channel`. Never holds a token. */
export interface VerifierEvent {
  /**
   * - `hit`: answered from memory.
   * - `miss`: the service was asked, and answered.
   * - `coalesced`: waits for a request that is under way.
   * - `refused`: the token is not active.
   * - `unavailable`: there was no answer of the service.
   * - `stale`: an older answer stood in.
   */
  readonly event: 'hit' | 'miss' | 'coalesced' | 'refused' | 'unavailable' | 'stale'
  /** The verifier's application. */
  readonly clientId: string | undefined
  /** How long the service took, in milliseconds; with `miss` and `unavailable`. */
  readonly upstreamMs?: number
  /** The service's id of the request, where it gave one; with `miss` and `unavailable`. */
  readonly requestId?: string | undefined
  /** With `refused`, the reason of the {@link InactiveToken}; with `unavailable`, the `code` of the error. */
  readonly reason?: string
  /** Why there was no answer; with `unavailable`. Free of tokens, as all errors of this package. */
  readonly error?: AuthError
}

/** How often each {@link VerifierEvent} has happened. */
export type VerifierCounts = Record<VerifierEvent['event'], number>

/** Counts events, and publishes them to the channel's subscribers. */
export interface EventLog {
  readonly counts: Readonly<VerifierCounts>
  readonly report: (
    event: VerifierEvent['event'],
    details?: Omit<VerifierEvent, 'event' | 'clientId'>,
  ) => void
}

/** Runtimes without `node:diagnostics_channel` only count. */
export function createEventLog(clientId: () => string | undefined): EventLog {
  const counts = { hit: 0, miss: 0, coalesced: 0, refused: 0, unavailable: 0, stale: 0 }
  const channel = nodeBuiltin('node:diagnostics_channel')?.channel('tokenward.verifier')
  return {
    counts,
    report(event, details) {
      counts[event] += 1
      if (channel?.hasSubscribers)
        channel.publish({ event, clientId: clientId(), ...details } satisfies VerifierEvent)
    },
  }
}
