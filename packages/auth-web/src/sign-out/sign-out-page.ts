import { isBearerToken } from '@tokenward/auth-core'
import { createBrowserClient, onPage } from '../browser/browser-client.ts'
import type { AuthClientOptions } from '../client/create-auth-client.ts'
import { deliver, type RemoteOutcome } from './revoke-and-report.ts'
import { endSession, nameOf, type SignOutResult } from './end-session.ts'
import type { Session } from '../session/session.ts'

/** Options of {@link signOut}: those of `createAuthClient`, without a store. */
export interface SignOutPageOptions extends Omit<AuthClientOptions, 'pendingStore'> {
  readonly session: Session
}

/**
 * Signs out on a page that does nothing else, in less code than a client has: clears the session here and in the other tabs, then
 * revokes the token and asks until it is proven dead, for as long as the page is open, and once more while it closes.
 *
 * The first half is done when the call returns; the promise tells of the second.
 *
 * @returns what it came to; never rejects for anything remote
 * @throws {AuthConfigurationError} when an option cannot be used
 */
export async function signOut(options: SignOutPageOptions): Promise<SignOutResult> {
  const auth = createBrowserClient(options)
  return endSession(options.session, nameOf(options), (token) => {
    let pauseMs = 500
    let timer: ReturnType<typeof setTimeout> | undefined
    let isPending = true
    const attempt = async (): Promise<RemoteOutcome> => {
      const outcome = await deliver(auth, token)
      clearTimeout(timer)
      isPending &&= !!outcome.error && isBearerToken(token)
      pauseMs = Math.min(2 * pauseMs, 256_000)
      if (isPending) timer = setTimeout(again, pauseMs)
      return outcome
    }
    const again = (): void => {
      if (isPending) void attempt()
    }
    onPage('online', again)
    onPage('pagehide', again)
    return attempt()
  })
}
