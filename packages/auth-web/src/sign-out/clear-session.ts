import { orUndefined } from '@tokenward/auth-core'
import { isPromise, type Session } from '../session/session.ts'

/** What clearing a session came to. */
export interface LocalOutcome {
  /**
   * `cleared`: this browser's session is gone. `absent`: nobody was signed in. `failed`: it is not known to be gone; `reason` says why.
   */
  readonly local: 'cleared' | 'absent' | 'failed'
  /**
   * Why `local` is `failed`. `unreadable`: the session was cleared, but its `read` threw or gave a promise, so that no token was found
   * to revoke. `not_cleared`: the token can still be read; it is revoked all the same.
   */
  readonly reason?: 'unreadable' | 'not_cleared'
}

/** Reads a session's token; empty when nobody is signed in, or the session cannot be read. */
export function readToken(session: Session): string {
  return orUndefined(() => readOrThrow(session)) ?? ''
}

/**
 * Clears a session, whether or not it can be read.
 *
 * @param onLateToken receives the token that a refresh brings later, where the session reports that
 * @returns the outcome, and the token that was there; empty where none was found
 */
export function clearSession(
  session: Session,
  onLateToken: (token: string) => void,
): { readonly token: string; readonly outcome: LocalOutcome } {
  const token = orUndefined(() => readOrThrow(session))
  // Reading tells whether it worked.
  orUndefined(() => session.clear(onLateToken))
  if (token === undefined) return { token: '', outcome: { local: 'failed', reason: 'unreadable' } }
  if (!token) return { token, outcome: { local: 'absent' } }
  const isCleared = readToken(session) !== token
  return { token, outcome: isCleared ? { local: 'cleared' } : { local: 'failed', reason: 'not_cleared' } }
}

function readOrThrow(session: Session): string {
  // Storage can hold anything.
  const token: unknown = session.read()
  if (isPromise(token)) throw new TypeError('read is asynchronous')
  return typeof token === 'string' ? token : ''
}
