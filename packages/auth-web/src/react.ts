import { useCallback, useState, useSyncExternalStore } from 'react'
import { isSignedIn, onSessionChange } from './client/session-changes.ts'
import type { AuthClient } from './client/create-auth-client.ts'
import type { SignOutOptions, SignOutResult } from './sign-out/session-lifecycle.ts'

/**
 * Tells whether somebody is signed in, and renders again when that changes in this tab, in another, or while the page lay in the
 * back/forward cache. Reads the session anew at each rendering; on a server nobody is signed in.
 *
 * @param auth the client, created outside of the component
 */
export function useSession(auth: AuthClient): boolean {
  return useSyncExternalStore(
    useCallback((changed: () => void) => onSessionChange(auth, changed), [auth]),
    () => isSignedIn(auth),
    () => false,
  )
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
