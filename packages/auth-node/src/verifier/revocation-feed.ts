import { assertArgument, orUndefined } from '@tokenward/auth-core'
import { nodeBuiltin } from '../runtime/node-builtin.ts'

/**
 * How a verifier has learned of a revocation: a client or verifier of this `process` has made it, the store of the `fleet` has told, or the
 * `service` has rejected a token that was active before.
 */
export type RevocationSource = 'process' | 'fleet' | 'service'

/** One token is dead. */
export interface TokenRevocation {
  /** The token's SHA-256, in base64: the same in every process, and of no use to anybody who finds it. */
  readonly key: string
  /** The token's user, where this process knows them. */
  readonly sub?: string | undefined
  readonly source: RevocationSource
}

/** The sessions of a user are dead that were there at a time. */
export interface SubjectRevocation {
  readonly key?: undefined
  readonly sub: string
  /** Tokens that were issued at this time or before it are dead; milliseconds since the epoch. */
  readonly issuedBefore: number
  readonly source: RevocationSource
}

/**
 * What a verifier tells of a revocation; never the token.
 *
 * @example
 * ```ts
 * verifier.onRevoked((revocation) => {
 *   if (revocation.key === undefined) console.log(`all sessions of ${revocation.sub}`)
 *   else console.log(`one token of ${revocation.sub ?? 'somebody'}, told by the ${revocation.source}`)
 * })
 * ```
 */
export type Revocation = TokenRevocation | SubjectRevocation

/** What a verifier publishes on the channel `tokenward.revoked` of `node:diagnostics_channel`. */
export type RevocationMessage = Revocation & {
  /** The verifier's application. */
  readonly clientId: string | undefined
}

/** Those who listen to the revocations of a verifier. */
export interface RevocationFeed {
  readonly listen: (listener: (revocation: Revocation) => void) => () => void
  readonly report: (revocation: Revocation) => void
  readonly clear: () => void
}

export function createRevocationFeed(clientId: () => string | undefined): RevocationFeed {
  const listeners = new Set<{ readonly tell: (revocation: Revocation) => void }>()
  const channel = nodeBuiltin('node:diagnostics_channel')?.channel('tokenward.revoked')
  return {
    listen(tell) {
      assertArgument('listener', typeof tell === 'function', 'must be a function')
      // An object of its own, so that one function can listen twice.
      const listener = { tell }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    report(revocation) {
      // A listener that fails must not keep the others, and the open connections, from hearing it.
      for (const { tell } of listeners) orUndefined(() => tell(revocation))
      if (channel?.hasSubscribers)
        channel.publish({ ...revocation, clientId: clientId() } satisfies RevocationMessage)
    },
    clear: () => listeners.clear(),
  }
}
