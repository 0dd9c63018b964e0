import { computed, getCurrentInstance, onMounted, onScopeDispose, readonly, type Ref, ref } from 'vue'
import type { AuthClient } from './client/create-auth-client.ts'
import { isSignedIn, onSessionChange } from './client/session-changes.ts'
import type { SignOutOptions, SignOutResult } from './sign-out/session-lifecycle.ts'

/** What {@link useSession} gives. */
export interface UseSession {
  readonly isSignedIn: Readonly<Ref<boolean>>
  /** Reads the session anew, such as after a sign-in that the client has no part in. */
  readonly refresh: () => void
}

/**
 * Tells whether somebody is signed in, and follows when that changes in this tab, in another, or in the back/forward cache. Where a
 * server has rendered the component, the page begins with what that said: nobody is.
 */
export function useSession(auth: AuthClient): UseSession {
  const component = getCurrentInstance()
  // As Vue itself tells hydration: the element is there before the component.
  const state = ref(!component?.vnode.el && isSignedIn(auth))
  const refresh = (): void => void (state.value = isSignedIn(auth))
  let stop: (() => void) | undefined
  const follow = (): void => {
    stop = onSessionChange(auth, refresh)
    refresh()
  }
  // A server never mounts, and never disposes of what it has set up.
  if (component) onMounted(follow)
  else follow()
  onScopeDispose(() => stop?.())
  return { isSignedIn: readonly(state), refresh }
}

/** What {@link useSignOut} gives. */
export interface UseSignOut {
  readonly signOut: (options?: SignOutOptions) => Promise<SignOutResult>
  /** Whether the service is being asked. The session is gone from the start. */
  readonly isPending: Readonly<Ref<boolean>>
  /** What the last sign-out came to. */
  readonly result: Readonly<Ref<SignOutResult | undefined>>
}

/** Signs out, and follows as that proceeds. */
export function useSignOut(auth: AuthClient): UseSignOut {
  const asking = ref(0)
  const result = ref<SignOutResult>()
  return {
    isPending: computed(() => asking.value > 0),
    result: readonly(result) as Readonly<Ref<SignOutResult | undefined>>,
    async signOut(options) {
      const leaving = auth.signOut(options)
      asking.value += 1
      result.value = undefined
      const outcome = await leaving
      asking.value -= 1
      result.value = outcome
      return outcome
    },
  }
}
