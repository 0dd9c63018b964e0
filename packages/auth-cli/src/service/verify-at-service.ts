import {
  type AuthClient,
  type AuthClientOptions,
  readTokenExpiry,
  type VerifyTokenResult,
} from '@tokenward/auth-node'
import { takeUnreadable } from './unreadable.ts'

/** What a token says of its end is the service's to judge, and not this machine's clock's: the largest tolerance there is. */
export const whateverTheClock: AuthClientOptions = { clockToleranceMs: 1e16 }

/**
 * Asks the service about a token, also about one whose end has passed by the clock of this machine: where that clock is wrong, the token
 * may be alive. The reason for a dead token still names its end.
 *
 * @param client opened with {@link whateverTheClock}
 * @param token one that can be sent
 * @returns inactive as `malformed` where the service cannot read it as a token: that proves nothing of the token that it was meant to be
 */
export async function verifyAtService(client: AuthClient, token: string): Promise<VerifyTokenResult> {
  const result = await client.verifyToken(token)
  if (takeUnreadable(token)) return { active: false, reason: 'malformed' }
  if (result.active || result.reason !== 'rejected') return result
  const expiry = readTokenExpiry(token)
  return expiry !== undefined && expiry <= Date.now() ? { active: false, reason: 'expired' } : result
}
