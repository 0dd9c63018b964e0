import { AuthConfigurationError, isAuthError, readOptions } from '@tokenward/auth-core'
import type { RemoteOutcome } from './revoke-and-report.ts'
import type { SignOutOptions } from './session-lifecycle.ts'
import type { WaitingRevocations } from './waiting-revocations.ts'

/** Revokes a token under the options of a sign-out. Options that cannot be read are an error of the result, and the revocation waits. */
export async function revokeWith(
  waiting: WaitingRevocations,
  token: string,
  options: SignOutOptions | null | undefined,
): Promise<RemoteOutcome> {
  try {
    const { timeoutMs } = readOptions('signOut', options ?? undefined, { timeoutMs: true })
    return await waiting.revoke(token, timeoutMs)
  } catch (error) {
    waiting.putOff(token)
    return {
      remote: 'pending',
      // A getter of the caller's options may throw anything, and that may hold a secret.
      error: isAuthError(error) ? error : new AuthConfigurationError('options', 'cannot be read'),
    }
  }
}
