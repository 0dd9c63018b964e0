import {
  assertArgument,
  assertRange,
  AuthConfigurationError,
  isAuthError,
  isBearerToken,
  readOptions,
  readTokenIssuedAt,
  orUndefined,
} from '@tokenward/auth-core'
import { createDayEntries } from '../platform/storage-entries.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import { clearSession, type LocalOutcome, readToken } from './clear-session.ts'
import type { Connection } from './connect.ts'
import { describeEnd, type EndedSession, followEndedSessions } from './ended-sessions.ts'
import { followSession, type SessionState } from './follow-session.ts'
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
  /**
   * `back_forward_cache`: while this page lay there. `service`: `watchSession` found the token dead. `vanished`: the token is gone from
   * its place without a sign-out of this package, such as by the vendor's SDK or `localStorage.clear()`; it may still be alive.
   */
  readonly source: 'this_tab' | 'other_tab' | 'back_forward_cache' | 'service' | 'vanished'
}

/** What has become of the session of this page, or of a revocation. */
export type SessionEvent =
  | ({ readonly type: 'signed_out' } & SignedOutEvent)
  /** `signed_in`: another user's session, or the first. `renewed`: another token of the same user. `expired`: the token's own end. */
  | { readonly type: 'signed_in' | 'renewed' | 'expired'; readonly user: string | undefined }
  /** A revocation that had to wait is done, or is given up after a day. */
  | { readonly type: 'revocation_delivered' | 'revocation_given_up' }

/** Options of `watchSession`. */
export interface WatchSessionOptions {
  /** How often to ask, in milliseconds: 1,000 to 2,147,483,647. */
  readonly everyMs: number
  /** Whether to ask at once as well, such as when the page loads. @default false */
  readonly immediate?: boolean | undefined
}

/** Sign-out, and what belongs to it. */
export interface SessionLifecycle {
  /**
   * Ends the session: clears it here and in the other tabs, then revokes the token and asks until it is proven dead.
   *
   * The first half is done when the call returns; the promise tells of the second. Harmless when repeated, in two tabs at once,
   * or while no user is signed in. An option that cannot be used is the `error` of the result, and the revocation is tried without it.
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
   * service rejects it. An outage signs nobody out, and neither does this machine's clock: a token past its own end is an `expired`
   * event. Other tabs are concerned only where they hold the same token.
   *
   * @returns a function that stops it
   * @throws {AuthConfigurationError} when `everyMs` is missing or out of range
   *
   * @example
   * const stop = auth.watchSession({ everyMs: 60_000 })
   */
  readonly watchSession: (options: WatchSessionOptions) => () => void
  /**
   * Tells who is signed in on this page, as the token itself says: nothing is verified.
   *
   * @example
   * const { isSignedIn, user, isExpired } = auth.readSession()
   */
  readonly readSession: () => SessionState
  /**
   * Calls a function with what becomes of the session of this page: a sign-in here or in another tab, a new token, the token's end, a
   * sign-out; and with what becomes of revocations that had to wait. Events hold no token.
   *
   * @returns a function that stops the calls
   *
   * @example
   * auth.onSessionEvent((event) => {
   *   if (event.type === 'expired') showSignInAgain()
   * })
   */
  readonly onSessionEvent: (listener: (event: SessionEvent) => void) => () => void
  /**
   * Counts the revocations that are not done yet.
   *
   * @example
   * addEventListener('beforeunload', (event) => {
   *   if (auth.pendingRevocations() > 0) event.preventDefault()
   * })
   */
  readonly pendingRevocations: () => number
  /**
   * Ends this client, such as before a hot reload makes another one: it stops listening and asking. The user stays signed
   * in. Revocations that wait in storage are left to the next client; those in memory are tried once more.
   *
   * @example
   * if (import.meta.hot) {
   *   import.meta.hot.dispose(() => auth.close())
   * }
   */
  readonly close: () => void
}

/** Ties a session to the service and to the other tabs. */
export function createSessionLifecycle({
  auth,
  session,
  platform,
  name,
  waiting,
}: Connection): SessionLifecycle {
  const listeners = new Set<(event: SessionEvent) => void>()
  const stops = new Set<() => void>()
  const known = createKnownSession(session)
  const kept = createKeptTokens(name, platform)
  // The ended sessions that this tab has dealt with, so that it deals with each once. A session in sessionStorage outlives the page, so
  // this list is kept there as well; else it is kept in memory.
  const heard = createDayEntries(`${name}heard|`, () =>
    session.storedAt?.storage === 'session' ? platform.findStorage('session') : undefined,
  )
  // Counts the ends of sessions that this page has been told of.
  let endings = 0
  // Counts the sign-outs of this tab, so that a sign-in can tell whether one came while it ran.
  let signOuts = 0
  // The token of this page while it lies in the back/forward cache.
  let cachedToken: string | undefined
  let isStarting = true

  const read = (): string => readToken(session)
  const revokeLate = (token: string): void => void waiting.revoke(token)

  const clear = (): ReturnType<typeof clearSession> =>
    followed.during(() => clearSession(session, revokeLate))
  const report = (event: SessionEvent): void => {
    for (const listener of listeners)
      queueMicrotask(() => {
        if (listeners.has(listener)) listener(event)
      })
  }
  const tell = (source: SignedOutEvent['source']): void => {
    endings += 1
    // Later, so that listeners hear what a client finds while it is created.
    queueMicrotask(() => report({ type: 'signed_out', source }))
  }
  const followed = followSession(session, platform, (change) => {
    if (change.type !== 'vanished') report(change)
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
  let stopFollowing: (() => void) | undefined
  const listen = (listener: (event: SessionEvent) => void): (() => void) => {
    listeners.add(listener)
    stopFollowing ??= followed.start()
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      stopFollowing?.()
      stopFollowing = undefined
    }
  }
  waiting.onSettled((type) => report({ type }))
  /** Notes that this tab knows of an ended session; `false` when it did before. */
  const isNews = ({ user, token, endedAt }: EndedSession): boolean => {
    const id = `${user}.${token}.${endedAt}`
    const isKnown = heard.has(id)
    if (!isKnown) heard.add(id, Date.now())
    return !isKnown
  }
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
      kept.delete(token)
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
      if (isAuthError(error)) return { remote: 'pending', error }
      // A getter of the caller's options may throw anything, and that may hold a secret.
      const unreadable = new AuthConfigurationError('options', 'of signOut cannot be read')
      return { remote: 'pending', error: unreadable }
    }
  }

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
        kept.add(token)
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
    onSignedOut: (listener) =>
      listen((event) => {
        if (event.type === 'signed_out') listener({ source: event.source })
      }),
    onSessionEvent: listen,
    readSession: followed.read,
    watchSession(options) {
      const names = { everyMs: true, immediate: true } as const
      const { everyMs, immediate = false } = readOptions('watchSession', options, names)
      assertRange('everyMs', everyMs, 1_000)
      assertArgument('immediate', typeof immediate === 'boolean', 'must be true or false')
      const onRejected = (): void => void waiting.revoke(endHere('service').token)
      const stop = watchToken({
        auth,
        session,
        platform,
        everyMs,
        immediate,
        onRejected,
        onExpired: followed.reportExpiry,
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
      stopFollowing?.()
      endedSessions.silence()
      waiting.close()
    },
  }
}
