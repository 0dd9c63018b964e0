import type { Session } from './session.ts'

/** Options of {@link cloudbaseSession}. */
export interface CloudbaseSessionOptions {
  /** The environment id, as given to the SDK. */
  readonly env: string
  /** The client id, where the SDK was given one. @default env, also where it is empty, as for the SDK */
  readonly clientId?: string | undefined
  /**
   * `app.auth()` of the SDK, which keeps a copy of the session in memory. @default left out; the copy then lasts until a reload, and
   * a refresh of the SDK that is in flight during a sign-out can write the session back
   */
  readonly auth?: { setCredentials(credentials: never): unknown } | undefined
}

/**
 * Reads and clears the session of `@cloudbase/js-sdk` 2 and 3, which the SDK keeps in `localStorage`. Signing in and refreshing
 * stay the SDK's business.
 */
export function cloudbaseSession({ env, clientId, auth }: CloudbaseSessionOptions): Session {
  const key = `credentials_${clientId || env}`
  // Nothing is null, which parses.
  const stored = (): { access_token?: string } | null =>
    JSON.parse(localStorage.getItem(key) as string) as object | null
  return {
    shared: true,
    read: () => stored()?.access_token,
    write: (token) => localStorage.setItem(key, JSON.stringify({ ...stored(), access_token: token })),
    clear() {
      localStorage.removeItem(key)
      localStorage.removeItem(`user_info_${env}`)
      // The parameter's type is the SDK's; without one it forgets the session.
      Promise.resolve(auth?.setCredentials(undefined as never)).catch(() => undefined)
    },
  }
}
