import { orUndefined } from '@tokenward/auth-core'
import { browserPlatform } from '../browser/browser-platform.ts'
import type { Session } from '../session/session.ts'
import { clearSession, readToken } from '../sign-out/clear-session.ts'
import { type AuthClientOptions, connect } from '../sign-out/connect.ts'
import { describeEnd, storeEnd } from '../sign-out/ended-sessions.ts'
import type { SignOutResult } from '../sign-out/session-lifecycle.ts'

/** Options of {@link signOut}: those of `createAuthClient`, with the session required. */
export interface SignOutPageOptions extends AuthClientOptions {
  readonly session: Session
}

/**
 * Signs out on a page that does nothing else, in less code than a client has: clears the session here and in the other tabs, then
 * revokes the token and asks until it is proven dead, for as long as the page is open, and once more while it closes. What waits by
 * then is delivered by the app's next page, where the session keeps its token in web storage.
 *
 * The first half is done when the call returns; the promise tells of the second.
 *
 * @returns what it came to; never rejects for anything remote
 * @throws {AuthConfigurationError} when an option cannot be used; the session is cleared all the same
 *
 * @example
 * ```ts
 * import { cloudbaseSession } from '@tokenward/auth-web'
 * import { signOut } from '@tokenward/auth-web/sign-out'
 *
 * const { local, remote } = await signOut({ env: 'my-env', session: cloudbaseSession({ env: 'my-env' }) })
 * ```
 */
export async function signOut(options: SignOutPageOptions): Promise<SignOutResult> {
  try {
    const { session, name, waiting } = connect('signOut', options, browserPlatform)
    const token = readToken(session)
    // Before the token goes, so that other tabs that see it vanish find out why.
    if (token) storeEnd(name, browserPlatform, describeEnd(token, true))
    const { outcome } = clearSession(session, (late) => void waiting.revoke(late))
    if (!token) return { ...outcome, remote: waiting.count() > 0 ? 'pending' : 'none' }
    const remote = await waiting.revoke(token)
    if (waiting.count() === 0) waiting.close()
    return { ...outcome, ...remote }
  } catch (error) {
    // A mistake in the options must not keep the user signed in.
    orUndefined(() => options.session.clear())
    throw error
  }
}
