import { readTokenIssuedAt } from '@tokenward/auth-core'

/** For how long a refresh may be on its way, in milliseconds. */
const longestRefreshMs = 60_000

/**
 * Tells whether the next token of a user who has signed out is that of a refresh which was in flight, or else of a new session. Tokens
 * say in whole seconds, and by the service's clock, when they were issued.
 */
export function isLateRefresh(next: string, token: string, signedOutAt: number): boolean {
  const issuedAt = readTokenIssuedAt(next) ?? signedOutAt
  // No token is refreshed within a second.
  if (issuedAt - Number(readTokenIssuedAt(token)) <= 1_000) return false
  // Where the clocks differ by more than a refresh takes, nothing tells, and no session is ended for it.
  return issuedAt <= signedOutAt && issuedAt > signedOutAt - longestRefreshMs
}
