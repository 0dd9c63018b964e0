import {
  assertArgument,
  assertRange,
  AuthConfigurationError,
  isAuthError,
  isBearerToken,
  readOptions,
  orUndefined,
  readTokenIssuedAt,
} from '@tokenward/auth-core'
import { createDayEntries, type EntryStorage } from '../platform/storage-entries.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import { assertListener } from '../session/session.ts'
import { clearSession, type LocalOutcome, readToken } from './clear-session.ts'
import type { Connection } from './connect.ts'
import { describeEnd, type EndedSession, followEndedSessions } from './ended-sessions.ts'
import { followSession } from './follow-session.ts'
import { createKnownSession } from './known-session.ts'
import type { RemoteOutcome } from './revoke-and-report.ts'
import type { SessionLifecycle, SignedOutEvent, SignOutOptions, SignOutResult } from './session-lifecycle.ts'
import { createSessionListeners } from './session-listeners.ts'
import { watchToken } from './watch-token.ts'

// What is stored beside that, and by whom: one entry of the local storage for each token that `updateSession` has kept, in whichever tab.
//   key     the app's name, "kept|", and the token's 32-bit fingerprint
//   value   when, in milliseconds since the epoch
// A sign-out that is waiting for the service reads them, so that it does not take a new session of another tab for a late refresh. The
// entry goes when its token is signed out, or after a day.

/** Ties a session to the service and to the other tabs. */
export function createSessionLifecycle({
  auth,
  session,
  platform,
  name,
  waiting,
}: Connection): SessionLifecycle {
  const stops = new Set<(() => void) | undefined>()
  // A session in the storage of its tab outlives the page, and so does what the tab knows of it.
  const findTab = (): EntryStorage | undefined =>
    session.storedAt?.storage === 'session' ? platform.findStorage('session') : undefined
  const known = createKnownSession(name, session, findTab)
  const kept = createDayEntries(`${name}kept|`, () => platform.findStorage('local'))
  // Counts the ends of sessions that this page has been told of.
  let endings = 0
  // Counts the sign-outs of this tab, so that a sign-in can tell whether one came while it ran.
  let signOuts = 0
  // The ended sessions that this tab has dealt with. Several tabs may end one at the same time.
  const heard = createDayEntries(`${name}heard|`, findTab)
  // The token of this page while it lies in the back/forward cache.
  let cachedToken: string | undefined
  let isStarting = true
  let isClosed = false

  const isNews = ({ user, token }: EndedSession): boolean => {
    const id = `${user}.${token}`
    const isKnown = heard.has(id)
    if (!isKnown) heard.add(id, Date.now())
    return !isKnown
  }
  const read = (): string => readToken(session)
  const clear = (): ReturnType<typeof clearSession> =>
    followed.during(() => clearSession(session, (late) => void waiting.revoke(late)))
  const tell = (source: SignedOutEvent['source']): void => {
    endings += 1
    // Later, so that listeners hear what a client finds while it is created.
    queueMicrotask(() => listeners.report({ type: 'signed_out', source }))
  }
  const followed = followSession(session, platform, (change) => {
    if (change.type !== 'vanished') listeners.report(change)
    // A page in the back/forward cache tells when it is shown again.
    else if (cachedToken === undefined) noticeVanished()
  })
  const noticeVanished = (): void => {
    const before = endings
    // Another tab of this app may have signed out; it leaves word before it removes the token.
    endedSessions.catchUp()
    if (endings !== before) return
    known.forget()
    tell('vanished')
  }
  const listeners = createSessionListeners(() => followed.start())
  waiting.onSettled((type) => listeners.report({ type }))
  const endedSessions = followEndedSessions(name, platform, (ended) => {
    if (!isNews(ended)) return
    const token = read()
    // The tab that ended a shared session has cleared it for all.
    const isCleared = session.shared && !token && !isStarting
    if (!isCleared && !known.hasEnded(ended)) return
    clear()
    known.forget()
    // A page in the back/forward cache tells when it is shown again.
    if (cachedToken === undefined) tell('other_tab')
    if (token && fingerprint(token) !== ended.token) void waiting.revoke(token)
  })

  /** Clears the session, and tells this tab and the others. Returns the token that was there. */
  const endHere = (
    source: SignedOutEvent['source'],
  ): { readonly token: string; readonly outcome: LocalOutcome } => {
    const token = read()
    if (token) {
      kept.delete(fingerprint(token))
      const ended = describeEnd(token, source !== 'service')
      isNews(ended)
      // Before the token goes, so that other tabs that see it vanish find out why.
      endedSessions.announce(ended)
    }
    const cleared = clear()
    known.forget()
    if (token || cleared.outcome.reason === 'unreadable') tell(source)
    return cleared
  }
  const signOut = async (options: SignOutOptions | null | undefined): Promise<SignOutResult> => {
    signOuts += 1
    const signedOutAt = Date.now()
    const { token, outcome } = endHere('this_tab')
    if (!token) return { ...outcome, remote: waiting.count() > 0 ? 'pending' : 'none' }
    const remote = await revokeWith(waiting, token, options)
    // A refresh that was in flight, not through updateSession, may have written the same user back. Undone once: a second token is
    // that of a new session.
    const next = read()
    const isSameUser = next !== token && userOf(next) === userOf(token)
    const isKnown = kept.has(fingerprint(next)) || session.reportsLateToken
    if (isSameUser && !isKnown && isLateRefresh(next, token, signedOutAt))
      await waiting.revoke(endHere('this_tab').token)
    return { ...outcome, ...remote }
  }
  known.look()
  endedSessions.listen()
  endedSessions.catchUp()
  isStarting = false
  stops.add(
    platform.on('freeze', () => {
      cachedToken = read()
      // An open channel keeps a page out of the back/forward cache in some engines.
      endedSessions.silence()
    }),
  )
  stops.add(
    platform.on('thaw', ({ persisted }) => {
      if (!persisted) return
      endedSessions.listen()
      endedSessions.catchUp()
      if (cachedToken && userOf(cachedToken) !== userOf(read())) tell('back_forward_cache')
      cachedToken = undefined
    }),
  )
  stops.add(session.onChange?.(known.look))

  return {
    signOut,
    async updateSession(work) {
      assertArgument('work', typeof work === 'function', 'must be a function')
      const signOutsBefore = signOuts
      const before = read()
      const token = await work()
      assertArgument('work', isBearerToken(token), 'must resolve to a bearer token, without "Bearer"')
      const current = read()
      const user = userOf(token)
      // An opaque token names no user: it is a refresh only of the token that was there.
      const isRefresh = before !== '' && (user === token || user === userOf(before))
      const isUnchanged =
        current === token ||
        (isRefresh ? current === before : [userOf(before), user].includes(userOf(current)))
      if (isUnchanged && signOuts === signOutsBefore) {
        if (isRefresh) known.note(before, true)
        known.note(token, isRefresh)
        kept.add(fingerprint(token), Date.now())
        orUndefined(() => {
          // The vendor's SDK has written it already.
          if (current !== token) session.write(token)
        })
        followed.look()
        endedSessions.catchUp()
        if (read() === token) return true
      } else if (current === token) clear()
      void waiting.revoke(token)
      return false
    },
    onSignedOut(listener) {
      assertListener(listener)
      return listeners.listen((event) => {
        if (event.type === 'signed_out') listener({ source: event.source })
      })
    },
    onSessionEvent: listeners.listen,
    readSession: followed.read,
    watchSession(options) {
      const names = { everyMs: true, immediate: 'boolean' } as const
      const { everyMs, immediate = false } = readOptions('watchSession', options, names)
      assertRange('everyMs', everyMs, 1_000)
      if (isClosed) return () => undefined
      const onRejected = (): void => void waiting.revoke(endHere('service').token)
      const stop = watchToken({
        auth,
        session,
        platform,
        everyMs,
        immediate,
        onRejected,
      })
      stops.add(stop)
      return () => {
        stops.delete(stop)
        stop()
      }
    },
    pendingRevocations: waiting.count,
    close() {
      isClosed = true
      for (const stop of stops) stop?.()
      listeners.close()
      endedSessions.silence()
      waiting.close()
    },
  }
}

/** For how long a refresh may be on its way, in milliseconds. */
const longestRefreshMs = 60_000

/**
 * Tells whether the next token of a user who has signed out is that of a refresh which was in flight, or else of a new session. Tokens
 * say in whole seconds, and by the service's clock, when they were issued.
 */
function isLateRefresh(next: string, token: string, signedOutAt: number): boolean {
  const issuedAt = readTokenIssuedAt(next) ?? signedOutAt
  // No token is refreshed within a second.
  if (issuedAt - Number(readTokenIssuedAt(token)) <= 1_000) return false
  // Where the clocks differ by more than a refresh takes, nothing tells, and no session is ended for it.
  return issuedAt <= signedOutAt && issuedAt > signedOutAt - longestRefreshMs
}

/** Revokes a token under the options of a sign-out. Options that cannot be read are an error of the result, and the revocation waits. */
async function revokeWith(
  waiting: Connection['waiting'],
  token: string,
  options: SignOutOptions | null | undefined,
): Promise<RemoteOutcome> {
  try {
    const { timeoutMs } = readOptions('signOut', options ?? undefined, { timeoutMs: true })
    return await waiting.revoke(token, timeoutMs)
  } catch (error) {
    waiting.putOff(token)
    return {
      remote: 'pending',
      // A getter of the caller's options may throw anything, and that may hold a secret.
      error: isAuthError(error) ? error : new AuthConfigurationError('options', 'cannot be read'),
    }
  }
}
