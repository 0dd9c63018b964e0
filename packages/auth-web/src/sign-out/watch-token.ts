import { type AuthClient, readTokenExpiry, type VerifyTokenResult } from '@tokenward/auth-core'
import type { Platform } from '../platform/platform.ts'
import type { Session } from '../session/session.ts'
import { readToken } from './clear-session.ts'

/** Options of {@link watchToken}. */
export interface WatchTokenOptions {
  readonly auth: AuthClient
  readonly session: Session
  readonly platform: Platform
  readonly everyMs: number
  readonly immediate: boolean
  /** Called when the service rejects the token that the session still holds. */
  readonly onRejected: () => void
}

/**
 * Asks the service, at intervals and whenever the page becomes visible, whether the session's token lives.
 *
 * @returns a function that stops it
 */
export function watchToken(options: WatchTokenOptions): () => void {
  const { auth, session, platform, everyMs, immediate, onRejected } = options
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
