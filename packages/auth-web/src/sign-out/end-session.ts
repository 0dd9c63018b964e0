import { type AuthClientOptions } from '@tokenward/auth-core'
import { orUndefined } from '../browser/or-undefined.ts'
import type { RemoteOutcome } from './revoke-and-report.ts'
import { writeLocal } from '../browser/local-storage.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import type { Session } from '../session/session.ts'

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
  const token: unknown = orUndefined(() => session.read())
  return typeof token === 'string' ? token : ''
}

/** What a client's things are called in channels and storage, where another client's are beside them. */
export function nameOf({ clientId, env, baseUrl }: AuthClientOptions): string {
  return `tokenward_${clientId || env || baseUrl}`
}

/** Ends a session here and in the other tabs, at once; then has its token revoked. */
export async function endSession(
  session: Session,
  name: string,
  revoke: (token: string) => Promise<RemoteOutcome>,
  onMark?: (mark: string) => void,
): Promise<SignOutResult> {
  const token = readToken(session)
  if (!token) return { local: 'absent', remote: 'already_inactive' }
  // Whether it is gone is seen by reading.
  orUndefined(() => session.clear())
  // What comes last makes it unlike every other.
  const mark = `${fingerprint(userOf(token))}.${fingerprint(token)}.${Math.random()}`
  writeLocal(name, mark)
  onMark?.(mark)
  const local = readToken(session) === token ? 'failed' : 'cleared'
  return { local, ...(await revoke(token)) }
}
