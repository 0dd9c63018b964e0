import { type AuthClient, readTokenExpiry, type VerifyTokenResult } from '@tokenward/auth-core'
import { onPage } from '../browser/page-events.ts'
import type { Session } from '../session/session.ts'
import { readToken } from './clear-session.ts'

/**
 * Asks the service, at intervals and whenever the page becomes visible, whether the session's token lives.
 *
 * @param onRejected called when the service rejects the token that the session still holds
 * @returns a function that stops it
 */
export function watchToken(
  auth: AuthClient,
  session: Session,
  everyMs: number,
  onRejected: () => void,
): () => void {
  const look = (): void => {
    const token = readToken(session)
    if (!token || globalThis.document?.hidden) return
    const judge = (verdict: VerifyTokenResult): void => {
      // An expired token waits for its refresh; the session has not ended.
      const isExpired = Number(readTokenExpiry(token)) <= Date.now()
      const isRejected = !verdict.active && verdict.reason === 'rejected'
      if (isRejected && !isExpired && readToken(session) === token) onRejected()
    }
    // An outage is no verdict.
    auth.verifyToken(token).then(judge, () => undefined)
  }
  const timer = setInterval(look, everyMs)
  const stopListening = onPage('visibilitychange', look)
  return () => {
    clearInterval(timer)
    stopListening()
  }
}
