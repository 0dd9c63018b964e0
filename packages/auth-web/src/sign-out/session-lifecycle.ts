import {
  type AuthError,
  assertArgument,
  assertRange,
  isBearerToken,
  readOptions,
  readTokenIssuedAt,
} from '@tokenward/auth-core'
import { orUndefined } from '../browser/or-undefined.ts'
import { onPage } from '../browser/page-events.ts'
import { createDayEntries } from '../browser/storage-entries.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import { clearSession, type LocalOutcome, readToken } from './clear-session.ts'
import type { Connection } from './connect.ts'
import { describeEnd, type EndedSession, followEndedSessions } from './ended-sessions.ts'
import { createKeptTokens } from './kept-tokens.ts'
import { createKnownSession } from './known-session.ts'
import type { RemoteOutcome } from './revoke-and-report.ts'
import { watchToken } from './watch-token.ts'

/** Options of one sign-out. */
export interface SignOutOptions {
  /** How long to wait for the service, in milliseconds; the revocation goes on after that. @default the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined
}

/** What a sign-out came to, here and at the service. */
export interface SignOutResult extends LocalOutcome, RemoteOutcome {}

/** Where a session ended. */
export interface SignedOutEvent {
  /** `back_forward_cache`: while this page lay there. `service`: `watchSession` found the token dead. */
  readonly source: 'this_tab' | 'other_tab' | 'back_forward_cache' | 'service'
}

/** Options of `watchSession`. */
export interface WatchSessionOptions {
  /** How often to ask, in milliseconds: 1,000 to 2,147,483,647. */
  readonly everyMs: number
}

/** Sign-out, and what belongs to it. */
export interface SessionLifecycle {
  /**
   * Ends the session: clears it here and in the other tabs, then revokes the token and asks until it is proven dead.
   *
   * The first half is done when the call returns; the promise tells of the second. Harmless when repeated, in two tabs at once,
   * or with nobody signed in. An option that cannot be used is the `error` of the result, and the revocation is tried without it.
   *
   * @returns what it came to; never rejects
   *
   * @example
   * // Waits two seconds at most; the next page delivers what waits by then.
   * await auth.signOut({ timeoutMs: 2_000 })
   * location.assign('/')
   */
  readonly signOut: (options?: SignOutOptions | null) => Promise<SignOutResult>
  /**
   * Runs a sign-in or a refresh, and keeps the token it resolves to. Where the user has signed out meanwhile, or somebody else has
   * signed in, the late token is revoked instead.
   *
   * @param work resolves to the new access token, without `Bearer`
   * @returns whether the token was kept
   * @throws what `work` throws
   * @throws {AuthConfigurationError} when `work` is no function, or resolves to something that is no bearer token
   *
   * @example
   * const isSignedIn = await auth.updateSession(async () => {
   *   const response = await fetch('/sign-in', { method: 'POST', body: new FormData(form) })
   *   return (await response.json()).access_token
   * })
   */
  readonly updateSession: (work: () => Promise<string>) => Promise<boolean>
  /**
   * Calls a function when the session of this page has ended, wherever that happened.
   *
   * @returns a function that stops the calls
   *
   * @example
   * auth.onSignedOut(({ source }) => {
   *   if (source !== 'this_tab') location.assign('/')
   * })
   */
  readonly onSignedOut: (listener: (event: SignedOutEvent) => void) => () => void
  /**
   * Asks the service now and then, and whenever the page becomes visible, whether the token still lives, and signs out when the
   * service rejects it. An outage signs nobody out, and neither does this machine's clock. Other tabs are concerned only where they
   * hold the same token.
   *
   * @returns a function that stops it
   * @throws {AuthConfigurationError} when `everyMs` is missing or out of range
   *
   * @example
   * const stop = auth.watchSession({ everyMs: 60_000 })
   */
  readonly watchSession: (options: WatchSessionOptions) => () => void
  /** Counts the revocations that are not done yet. */
  readonly pendingRevocations: () => number
  /**
   * Ends this client, such as before a hot reload makes another one: it listens to nothing any more, and asks nothing. Nobody is signed
   * out. Revocations that wait in storage are left to the next client; those in memory are tried once more.
   */
  readonly close: () => void
}

/** Ties a session to the service and to the other tabs. */
export function createSessionLifecycle({ auth, session, name, waiting }: Connection): SessionLifecycle {
  const listeners = new Set<(event: SignedOutEvent) => void>()
  const stops = new Set<() => void>()
  const known = createKnownSession(session)
  const kept = createKeptTokens(name)
  // Each ended session concerns a tab once. A session in sessionStorage outlives the page, and so does what it has heard.
  const heard = createDayEntries(`${name}heard|`, () =>
    session.storedAt?.storage === 'session' ? sessionStorage : undefined,
  )
  // Counts the sign-outs of this tab, so that a sign-in can tell whether one came while it ran.
  let signOuts = 0
  // The token of this page while it lies in the back/forward cache.
  let cachedToken: string | undefined
  let isStarting = true

  const read = (): string => readToken(session)
  const revokeLate = (token: string): void => void waiting.revoke(token)

  const tell = (source: SignedOutEvent['source']): void =>
    // Later, so that listeners hear what a client finds while it is created.
    queueMicrotask(() => {
      for (const listener of listeners) queueMicrotask(() => listener({ source }))
    })
  /** Notes that this tab knows of an ended session; `false` when it did before. */
  const isNews = ({ user, token, endedAt }: EndedSession): boolean => {
    const id = `${user}.${token}.${endedAt}`
    const isKnown = heard.has(id)
    if (!isKnown) heard.add(id, Date.now())
    return !isKnown
  }
  const endedSessions = followEndedSessions(name, (ended) => {
    if (!isNews(ended)) return
    const token = read()
    // The tab that ended a shared session has cleared it for all.
    const isCleared = session.shared && !token && !isStarting
    if (!isCleared && !known.hasEnded(ended)) return
    clearSession(session, revokeLate)
    known.forget()
    // A page in the back/forward cache tells when it is shown again.
    if (cachedToken === undefined) tell('other_tab')
    if (token && fingerprint(token) !== ended.token) void waiting.revoke(token)
  })

  /** Clears the session, and tells this tab and the others. Returns the token that was there. */
  const endHere = (
    source: SignedOutEvent['source'],
  ): { readonly token: string; readonly outcome: LocalOutcome } => {
    const cleared = clearSession(session, revokeLate)
    known.forget()
    if (cleared.outcome.reason === 'unreadable') tell(source)
    if (!cleared.token) return cleared
    kept.delete(cleared.token)
    const ended = describeEnd(cleared.token, source !== 'service')
    isNews(ended)
    endedSessions.announce(ended)
    tell(source)
    return cleared
  }
  const signOut = async (options: SignOutOptions | null | undefined): Promise<SignOutResult> => {
    signOuts += 1
    const signedOutAt = Date.now()
    const { token, outcome } = endHere('this_tab')
    if (!token) return { ...outcome, remote: waiting.count() > 0 ? 'pending' : 'none' }
    const remote = await revokeWith(token, options)
    // A refresh that was in flight, not through updateSession, may have written the same user back. Undone once: a second token is
    // that of a new session.
    const next = read()
    const isSameUser = next !== token && userOf(next) === userOf(token)
    const isNewer = kept.has(next) || (readTokenIssuedAt(next) ?? 0) > signedOutAt
    if (isSameUser && !isNewer && !session.reportsLateToken) await waiting.revoke(endHere('this_tab').token)
    return { ...outcome, ...remote }
  }
  const revokeWith = async (
    token: string,
    options: SignOutOptions | null | undefined,
  ): Promise<RemoteOutcome> => {
    try {
      const { timeoutMs } = readOptions('signOut', options ?? undefined, { timeoutMs: true })
      return await waiting.revoke(token, timeoutMs)
    } catch (error) {
      waiting.putOff(token)
      return { remote: 'pending', error: error as AuthError }
    }
  }

  endedSessions.listen()
  endedSessions.catchUp()
  isStarting = false
  stops.add(
    onPage('pagehide', () => {
      cachedToken = read()
      // An open channel keeps a page out of the back/forward cache in some engines.
      endedSessions.silence()
    }),
  )
  stops.add(
    onPage('pageshow', ({ persisted }) => {
      if (!persisted) return
      endedSessions.listen()
      endedSessions.catchUp()
      if (cachedToken && userOf(cachedToken) !== userOf(read())) tell('back_forward_cache')
      cachedToken = undefined
    }),
  )

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
      // An opaque token can be anybody's: it follows only the token that was there.
      const isRefresh = before !== '' && (user === token || user === userOf(before))
      const isUnchanged =
        current === token ||
        (isRefresh ? current === before : [userOf(before), user].includes(userOf(current)))
      if (isUnchanged && signOuts === signOutsBefore) {
        if (isRefresh) known.note(before, true)
        known.note(token, isRefresh)
        kept.add(token)
        orUndefined(() => {
          // The vendor's SDK has written it already.
          if (current !== token) session.write(token)
          // Components look again; a server has no page to tell.
          dispatchEvent(new Event('tokenward'))
        })
        endedSessions.catchUp()
        if (read() === token) return true
      } else if (current === token) clearSession(session, revokeLate)
      void waiting.revoke(token)
      return false
    },
    onSignedOut: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    watchSession(options) {
      const { everyMs } = readOptions('watchSession', options, { everyMs: true })
      assertRange('everyMs', everyMs, 1_000)
      const stop = watchToken(auth, session, everyMs, () => {
        void waiting.revoke(endHere('service').token)
      })
      stops.add(stop)
      return () => {
        stops.delete(stop)
        stop()
      }
    },
    pendingRevocations: waiting.count,
    close() {
      for (const stop of stops) stop()
      listeners.clear()
      endedSessions.silence()
      waiting.close()
    },
  }
}
