'use client'

import { useCallback, useReducer, useState, useSyncExternalStore } from 'react'
import type { AuthClient } from './client/auth-client.ts'
import type { SessionState } from './sign-out/follow-session.ts'
import type { SignOutOptions, SignOutResult } from './sign-out/session-lifecycle.ts'

/** What {@link useSession} gives. */
export interface UseSession extends SessionState {
  /** Reads the session anew, such as after a sign-in past a session of your own that has no `onChange`. */
  readonly refresh: () => void
}

const onServer: SessionState = Object.freeze({
  isSignedIn: false,
  user: undefined,
  key: undefined,
  isExpired: false,
})

/**
 * Tells who is signed in, as the token itself says, and renders again when that changes: in this tab, in another, or while the page lay
 * in the back/forward cache. Reads the session anew at each rendering; on a server the page is signed out.
 *
 * @param auth the client, created outside of the component
 *
 * @example
 * ```tsx
 * const { isSignedIn, user, key } = useSession(auth)
 * return isSignedIn ? <Documents key={key} user={user} /> : <SignIn />
 * ```
 */
export function useSession(auth: AuthClient): UseSession {
  const [, refresh] = useReducer((count: number) => count + 1, 0)
  const state = useSyncExternalStore(
    useCallback((changed: () => void) => auth.onSessionEvent(changed), [auth]),
    auth.readSession,
    () => onServer,
  )
  return { ...state, refresh }
}

/** What {@link useSignOut} gives. */
export interface UseSignOut {
  /** `auth.signOut`, the same at each rendering. */
  readonly signOut: (options?: SignOutOptions) => Promise<SignOutResult>
  /** Whether the service is being asked. The session is gone from the start. */
  readonly isPending: boolean
  /** What the last sign-out came to. */
  readonly result: SignOutResult | undefined
}

/**
 * Signs out, and renders again as that proceeds.
 *
 * @param auth the client, created outside of the component
 *
 * @example
 * ```tsx
 * const { signOut, isPending, result } = useSignOut(auth)
 * return <button disabled={isPending} onClick={() => void signOut()}>Sign out</button>
 * ```
 */
export function useSignOut(auth: AuthClient): UseSignOut {
  const [{ asking, result }, setState] = useState<{ asking: number; result: SignOutResult | undefined }>({
    asking: 0,
    result: undefined,
  })
  const signOut = useCallback(
    async (options?: SignOutOptions) => {
      const leaving = auth.signOut(options)
      setState((before) => ({ asking: before.asking + 1, result: undefined }))
      const outcome = await leaving
      setState((before) => ({ asking: before.asking - 1, result: outcome }))
      return outcome
    },
    [auth],
  )
  return { signOut, isPending: asking > 0, result }
}
