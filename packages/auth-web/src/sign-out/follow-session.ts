import { readTokenExpiry, readTokenSubject } from '@tokenward/auth-core'
import type { Platform } from '../platform/platform.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import type { Session } from '../session/session.ts'
import { readToken } from './clear-session.ts'

/** Who is signed in on this page, as the token itself says, unverified. */
export interface SessionState {
  readonly isSignedIn: boolean
  /** The token's `sub`; `undefined` with nobody signed in, and for an opaque token, which names no user. */
  readonly user: string | undefined
  /** Changes when the session of another user begins, also where tokens are opaque: good as the `key` of a component. */
  readonly key: string | undefined
  /** Whether the token's own end has passed by this machine's clock. The session stays until the app ends it or renews its token. */
  readonly isExpired: boolean
}

/** What has become of the session of this page. */
export type SessionChange =
  | { readonly type: 'signed_in' | 'renewed' | 'expired'; readonly user: string | undefined }
  /** The token is gone from its place, and this client did not remove it. */
  | { readonly type: 'vanished' }

/** A session that is read anew whenever it may have changed. */
export interface FollowedSession {
  /** Reads the session. The same object for as long as nothing changes. */
  readonly read: () => SessionState
  /** Starts to follow the session; what it holds now is no news. Returns a function that stops it. */
  readonly start: () => () => void
  /** Reads the session, and tells what has changed since it was last looked at. */
  readonly look: () => void
  /** Runs work of this client on the session. What it makes of the session is no news. */
  readonly during: <Result>(work: () => Result) => Result
}

/** How often to look at the token and at its end, in milliseconds. */
const lookMs = 300

function describe(token: string, isExpired: boolean): SessionState {
  return {
    isSignedIn: token !== '',
    user: readTokenSubject(token),
    key: token ? fingerprint(userOf(token)) : undefined,
    isExpired,
  }
}

/** @param onChange called with each change while the session is followed */
export function followSession(
  session: Session,
  platform: Platform,
  onChange: (change: SessionChange) => void,
): FollowedSession {
  let last = { token: '', state: describe('', false) }
  // The token whose end has been told of.
  let expiredToken: string | undefined
  // What the page was last told of.
  let knownToken: string | undefined

  const read = (): SessionState => {
    const token = readToken(session)
    const isExpired = Number(readTokenExpiry(token)) <= Date.now()
    if (token !== last.token || isExpired !== last.state.isExpired)
      last = { token, state: describe(token, isExpired) }
    return last.state
  }
  const look = (): void => {
    if (knownToken === undefined) return
    const { key: keyBefore } = describe(knownToken, false)
    const { user, key, isExpired } = read()
    const { token } = last
    const isOther = token !== knownToken
    knownToken = token
    if (isOther && !token) onChange({ type: 'vanished' })
    else if (isOther) onChange({ type: key === keyBefore ? 'renewed' : 'signed_in', user })
    if (isExpired && token !== expiredToken) {
      expiredToken = token
      onChange({ type: 'expired', user })
    }
  }

  return {
    read,
    look,
    start() {
      read()
      knownToken = last.token
      const stops = [platform.on('look', look), session.onChange?.(look)]
      // A server has no page that could show it, and its process must be able to end.
      const isPage = platform.visibility()
      if (isPage) setTimeout(look)
      // The app or the SDK may write to storage by itself, or clear it, which no event tells to the page that it is in.
      const timer = isPage && setInterval(look, lookMs)
      return () => {
        knownToken = undefined
        clearInterval(timer)
        for (const stop of stops) stop?.()
      }
    },
    during(work) {
      const isFollowed = knownToken !== undefined
      knownToken = undefined
      try {
        return work()
      } finally {
        read()
        if (isFollowed) knownToken = last.token
      }
    },
  }
}
