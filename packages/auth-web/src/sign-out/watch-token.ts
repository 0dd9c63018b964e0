import { readTokenExpiry, type VerifyTokenResult } from '@tokenward/auth-core'
import { readToken } from './clear-session.ts'
import type { Connection } from './connect.ts'
import type { WatchSessionOptions } from './session-lifecycle.ts'

/**
 * Asks the service, at intervals and whenever the page becomes visible, whether the session's token lives.
 *
 * @param onRejected called when the service rejects the token that the session still holds
 * @returns a function that stops it
 */
export function watchToken(
  { auth, session, platform }: Connection,
  { everyMs, immediate }: WatchSessionOptions,
  onRejected: () => void,
): () => void {
  const look = (): void => {
    const token = readToken(session)
    if (!token || platform.visibility() === 'hidden') return
    const judge = (verdict: VerifyTokenResult): void => {
      // A token that is past its own end waits for its refresh: the session expires, which is told by itself, and the app decides.
      const isExpired = Number(readTokenExpiry(token)) <= Date.now()
      const isRejected = !verdict.active && verdict.reason === 'rejected'
      if (isRejected && !isExpired && readToken(session) === token) onRejected()
    }
    // An outage is no verdict.
    auth.verifyToken(token).then(judge, () => undefined)
  }
  const timer = setInterval(look, everyMs)
  const stopListening = platform.on('visible', look)
  if (immediate) look()
  return () => {
    clearInterval(timer)
    stopListening()
  }
}
