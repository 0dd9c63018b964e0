import type { RevokeTokenResult } from '@tokenward/auth-core'

/** What a revocation came to. */
export type VerifierRevocation = RevokeTokenResult & {
  /** With a store: `false` while the store is away; the fleet is then told once it is back. */
  readonly shared?: boolean
}

/** The calls of `revoke` that wait until the fleet has been told. */
export interface AwaitingFleet {
  /** Runs a revocation; resolves once the fleet has been told as well, or is known to be out of reach. */
  readonly run: (key: string, revoke: () => Promise<RevokeTokenResult>) => Promise<VerifierRevocation>
  /** Lets the calls for this token wait for its publication. */
  readonly onPublishing: (key: string, published: Promise<boolean>) => void
}

interface Call {
  readonly key: string
  published?: Promise<boolean>
}

export function createAwaitingFleet(): AwaitingFleet {
  const calls = new Set<Call>()
  return {
    async run(key, revoke) {
      const call: Call = { key }
      calls.add(call)
      try {
        const result = await revoke()
        const shared = await call.published
        return shared === undefined ? result : { ...result, shared }
      } finally {
        calls.delete(call)
      }
    },
    onPublishing(key, published) {
      for (const call of calls) if (call.key === key) call.published = published
    },
  }
}
