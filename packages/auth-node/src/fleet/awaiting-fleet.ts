import type { RevokeTokenResult } from '@tokenward/auth-core'
import type { VerifierRevocation } from '../verifier/token-verifier.ts'

/** The revocations under way, which are to wait until the fleet is told. */
export interface Revoking {
  /** Runs one; resolves once the fleet is told as well, or is known to be out of reach. */
  readonly run: (key: string, revoke: () => Promise<RevokeTokenResult>) => Promise<VerifierRevocation>
  /** Says that a token's revocation is on its way to the fleet. */
  readonly onTelling: (key: string, told: Promise<boolean>) => void
}

interface Call {
  readonly key: string
  told?: Promise<boolean>
}

export function createRevoking(): Revoking {
  const calls = new Set<Call>()
  return {
    async run(key, revoke) {
      const call: Call = { key }
      calls.add(call)
      try {
        const result = await revoke()
        const shared = await call.told
        return shared === undefined ? result : { ...result, shared }
      } finally {
        calls.delete(call)
      }
    },
    onTelling(key, told) {
      for (const call of calls) if (call.key === key) call.told = told
    },
  }
}
