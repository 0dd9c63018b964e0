import { createBrowserClient } from './browser-client.ts'
import type { AuthClientOptions } from './client.ts'
import { markOf } from './mark.ts'
import { keepPending, type PendingRevocations, type RemoteOutcome } from './pending.ts'
import { quietly } from './quietly.ts'
import type { Session } from './session.ts'

/** Options of one sign-out. */
export interface SignOutOptions {
  /** How long to wait for the service, in milliseconds; the revocation goes on after that. @default the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined
}

/** What a sign-out came to, here and at the service. */
export interface SignOutResult extends RemoteOutcome {
  /**
   * `cleared`: this browser's session is gone. `absent`: nobody was signed in, and `remote` tells whether an earlier revocation is
   * still on its way. `failed`: the session is still readable, because the storage or the `Session` refused to forget it.
   */
  readonly local: 'cleared' | 'absent' | 'failed'
}

/** Reads a session's token; empty when nobody is signed in, or it cannot be told. */
export function readToken(session: Session): string {
  // Storage can hold anything.
  const token: unknown = quietly(() => session.read())
  return typeof token === 'string' ? token : ''
}

/** Clears a session as far as it can be; whether it is gone is seen by reading. */
export function clearSession(session: Session): void {
  quietly(() => session.clear())
}

/** Ends a session here and in the other tabs, at once; then at the service. */
export async function endSession(
  session: Session,
  { name, add, count }: PendingRevocations,
  timeoutMs: number | undefined,
  onMark?: (mark: string) => void,
): Promise<SignOutResult> {
  const token = readToken(session)
  if (!token) return { local: 'absent', remote: count() ? 'pending' : 'already_inactive' }
  clearSession(session)
  const mark = markOf(token)
  quietly(() => localStorage.setItem(name, mark))
  onMark?.(mark)
  const local = readToken(session) === token ? 'failed' : 'cleared'
  return { local, ...(await add(token, timeoutMs)) }
}

/**
 * Signs out on a page that does nothing else, in less code than a client has: clears the session here and in the other tabs, then
 * revokes the token and asks until it is proven dead, for as long as the page is open.
 *
 * The first half is done when the call returns; the promise tells of the second.
 *
 * @returns what it came to; never rejects for anything remote
 * @throws {AuthConfigurationError} when an option cannot be used
 */
export async function signOut(
  options: AuthClientOptions & { readonly session: Session },
): Promise<SignOutResult> {
  const pending = keepPending(createBrowserClient(options), options)
  return endSession(options.session, pending, options.timeoutMs)
}
