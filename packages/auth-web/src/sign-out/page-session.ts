// What is stored, and by whom: one entry of the local storage for each token that `updateSession` has kept, in whichever tab.
//   key     the app's name, "kept|", and the token's 32-bit fingerprint
//   value   when, in milliseconds since the epoch
// A sign-out that is waiting for the service reads them, so that it does not take a new session of another tab for a late refresh. The
// entry goes after a day.
import { orUndefined } from '@tokenward/auth-core'
import { createDayEntries, type EntryStorage } from '../platform/storage-entries.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import { clearSession, readToken } from './clear-session.ts'
import type { Connection } from './connect.ts'
import { describeEnd, type EndedSession, followEndedSessions } from './ended-sessions.ts'
import { type FollowedSession, followSession } from './follow-session.ts'
import { createKnownSession } from './known-session.ts'
import type { SignedOutEvent } from './session-lifecycle.ts'
import { createSessionListeners, type SessionListeners } from './session-listeners.ts'

/** The session that this page shows: it ends with those of the other tabs that it belongs to, and they with it. */
export interface PageSession extends Pick<SessionListeners, 'listen' | 'close'> {
  /** Reads the token; empty when nobody is signed in. */
  readonly read: () => string
  readonly readSession: FollowedSession['read']
  /**
   * Keeps a token.
   *
   * @param previous the token that it renews; empty where a new session begins
   * @returns whether the session has it now
   */
  readonly keep: (token: string, previous: string) => boolean
  /** Whether `keep` has kept a token, in any tab. */
  readonly wasKept: (token: string) => boolean
  /** Clears the session without a word, because it was never kept. */
  readonly clear: () => ReturnType<typeof clearSession>
  /** Clears the session, and tells this tab and the others. Returns the token that was there. */
  readonly end: (source: SignedOutEvent['source']) => ReturnType<typeof clearSession>
}

/** Ties the session of a page to those of the other tabs. */
export function createPageSession({ session, platform, name, waiting }: Connection): PageSession {
  // A session in the storage of its tab outlives the page, and so does what the tab knows of it.
  const findTab = (): EntryStorage | undefined =>
    session.storedAt?.storage === 'session' ? platform.findStorage('session') : undefined
  const known = createKnownSession(name, session, findTab)
  const kept = createDayEntries(`${name}kept|`, () => platform.findStorage('local'))
  // The ended sessions that this tab has dealt with. Several tabs may end one at the same time.
  const heard = createDayEntries(`${name}heard|`, findTab)
  // Counts the ends of sessions that this page has been told of.
  let endings = 0
  // The token of this page while it lies in the back/forward cache.
  let cachedToken: string | undefined
  let isStarting = true

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
  const listeners = createSessionListeners(followed.start)
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
  known.look()
  endedSessions.listen()
  endedSessions.catchUp()
  isStarting = false
  const stops = [
    session.onChange?.(known.look),
    platform.on('freeze', () => {
      cachedToken = read()
      // An open channel keeps a page out of the back/forward cache in some engines.
      endedSessions.silence()
    }),
    platform.on('thaw', ({ persisted }) => {
      if (!persisted) return
      endedSessions.listen()
      endedSessions.catchUp()
      if (cachedToken && userOf(cachedToken) !== userOf(read())) tell('back_forward_cache')
      cachedToken = undefined
    }),
  ]

  return {
    listen: listeners.listen,
    read,
    readSession: followed.read,
    clear,
    keep(token, previous) {
      if (previous) known.note(previous, true)
      known.note(token, previous !== '')
      kept.add(fingerprint(token), Date.now())
      orUndefined(() => {
        // The vendor's SDK has written it already.
        if (read() !== token) session.write(token)
      })
      followed.look()
      endedSessions.catchUp()
      return read() === token
    },
    wasKept: (token) => kept.has(fingerprint(token)),
    end(source) {
      const token = read()
      if (token) {
        const ended = describeEnd(token, source !== 'service')
        isNews(ended)
        // Before the token goes, so that other tabs that see it vanish find out why.
        endedSessions.announce(ended)
      }
      const cleared = clear()
      known.forget()
      if (token || cleared.outcome.reason === 'unreadable') tell(source)
      return cleared
    },
    close() {
      for (const stop of stops) stop?.()
      listeners.close()
      endedSessions.silence()
    },
  }
}
