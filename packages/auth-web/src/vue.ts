import {
  computed,
  type ComputedRef,
  getCurrentInstance,
  onMounted,
  onScopeDispose,
  readonly,
  type Ref,
  ref,
  shallowRef,
} from 'vue'
import type { AuthClient } from './client/auth-client.ts'
import type { SignOutOptions, SignOutResult } from './sign-out/session-lifecycle.ts'

/** What {@link useSession} gives. */
export interface UseSession {
  readonly isSignedIn: ComputedRef<boolean>
  /** The token's `sub`, unverified; `undefined` with nobody signed in, and for an opaque token. */
  readonly user: ComputedRef<string | undefined>
  /** Changes when the session of another user begins: good as the `key` of a component. */
  readonly key: ComputedRef<string | undefined>
  /** Whether the token's own end has passed by this machine's clock. */
  readonly isExpired: ComputedRef<boolean>
  /** Reads the session anew, such as after a sign-in past a session of your own that has no `onChange`. */
  readonly refresh: () => void
}

/**
 * Tells who is signed in, as the token itself says, and follows when that changes: in this tab, in another, or in the back/forward cache.
 * On a server, and until the component is mounted, the page is signed out.
 *
 * @param auth the client, created outside of the component
 *
 * @example
 * ```ts
 * const { isSignedIn, user, key } = useSession(auth)
 * ```
 */
export function useSession(auth: AuthClient): UseSession {
  const component = getCurrentInstance()
  // A server renders the page signed out, and the browser takes over what it rendered. A component is mounted before it is painted.
  const state = shallowRef(component ? undefined : auth.readSession())
  const refresh = (): void => void (state.value = auth.readSession())
  let stop: (() => void) | undefined
  const follow = (): void => {
    stop = auth.onSessionEvent(refresh)
    refresh()
  }
  // A server never mounts, and never disposes of what it has set up.
  if (component) onMounted(follow)
  else follow()
  onScopeDispose(() => stop?.())
  return {
    isSignedIn: computed(() => state.value?.isSignedIn ?? false),
    user: computed(() => state.value?.user),
    key: computed(() => state.value?.key),
    isExpired: computed(() => state.value?.isExpired ?? false),
    refresh,
  }
}

/** What {@link useSignOut} gives. */
export interface UseSignOut {
  readonly signOut: (options?: SignOutOptions) => Promise<SignOutResult>
  /** Whether the service is being asked. The session is gone from the start. */
  readonly isPending: Readonly<Ref<boolean>>
  /** What the last sign-out came to. */
  readonly result: Readonly<Ref<SignOutResult | undefined>>
}

/**
 * Signs out, and follows as that proceeds.
 *
 * @param auth the client, created outside of the component
 *
 * @example
 * ```ts
 * const { signOut, isPending, result } = useSignOut(auth)
 * ```
 */
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
