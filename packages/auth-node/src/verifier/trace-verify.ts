import { nodeBuiltin } from '../runtime/node-builtin.ts'
import type { TokenVerdict, VerifiedToken } from './token-verdict.ts'

/**
 * What the `TracingChannel` `tokenward:verify` of `node:diagnostics_channel` tells of each check: `start` and `end`, and `asyncStart` and
 * `asyncEnd` where memory could not answer. Never holds a token.
 */
export interface VerifyTrace {
  /** The verifier's application. */
  readonly clientId: string | undefined
  /** What the check came to. */
  result?: TokenVerdict
  /** What it has thrown instead. */
  error?: unknown
}

type Found = VerifiedToken | undefined

/** Lets agents see each check as a span of its own. */
export interface VerifyTracing {
  readonly isTraced: () => boolean
  /** Tells of a check: of what memory has found, or else of what `ask` decides. */
  readonly trace: (found: Found, ask: () => Promise<TokenVerdict>) => VerifiedToken | Promise<TokenVerdict>
}

/** `undefined` in runtimes without `TracingChannel`. */
export function createVerifyTracing(clientId: () => string | undefined): VerifyTracing | undefined {
  const { tracingChannel } = (nodeBuiltin('node:diagnostics_channel') ?? {}) as Partial<
    typeof import('node:diagnostics_channel')
  >
  const channel = tracingChannel?.('tokenward:verify')
  if (!channel) return undefined
  return {
    isTraced: () => channel.hasSubscribers,
    trace(found, ask) {
      const trace: VerifyTrace = { clientId: clientId() }
      return found ? channel.traceSync(() => found, trace) : channel.tracePromise(ask, trace)
    },
  }
}
