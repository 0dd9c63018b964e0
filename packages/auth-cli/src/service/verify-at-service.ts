import {
  type AuthClient,
  type AuthClientOptions,
  readTokenExpiry,
  type VerifyTokenResult,
} from '@tokenward/auth-node'

/** What a token says of its end is the service's to judge, and not this machine's clock's: the largest tolerance there is. */
export const whateverTheClock: AuthClientOptions = { clockToleranceMs: 2_147_483_647 }

/**
 * Asks the service about a token, also about one whose end has passed by the clock of this machine: where that clock is wrong, the token
 * may be alive. The reason for a dead token still names its end.
 *
 * @param client opened with {@link whateverTheClock}
 */
export async function verifyAtService(client: AuthClient, token: string): Promise<VerifyTokenResult> {
  const result = await client.verifyToken(token)
  if (result.active || result.reason !== 'rejected') return result
  const expiry = readTokenExpiry(token)
  return expiry !== undefined && expiry <= Date.now() ? { active: false, reason: 'expired' } : result
}
