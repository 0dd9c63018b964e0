import { readToken } from '../sign-out/clear-session.ts'
import type { AuthClient } from './create-auth-client.ts'

export function isSignedIn(auth: AuthClient): boolean {
  return readToken(auth.session) !== ''
}

/** Calls a function whenever the session may have changed. The function finds out by reading the session. */
export function onSessionChange(auth: AuthClient, listener: () => void): () => void {
  const types = ['tokenward', 'storage', 'visibilitychange', 'pageshow', 'focus']
  for (const type of types) globalThis.addEventListener?.(type, listener)
  const stop = auth.onSignedOut(listener)
  return () => {
    stop()
    for (const type of types) globalThis.removeEventListener?.(type, listener)
  }
}
