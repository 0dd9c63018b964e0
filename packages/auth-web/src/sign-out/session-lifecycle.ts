import type { LocalOutcome } from './clear-session.ts'
import type { SessionState } from './follow-session.ts'
import type { RemoteOutcome } from './revoke-and-report.ts'

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
   * ```ts
   * // Waits two seconds at most; the next page delivers what waits by then.
   * await auth.signOut({ timeoutMs: 2_000 })
   * location.assign('/')
   * ```
   */
  readonly signOut: (options?: SignOutOptions | null) => Promise<SignOutResult>
  /**
   * Runs a sign-in or a refresh, and keeps the token it resolves to. Where the user has signed out meanwhile, or another user has
   * signed in, the late token is revoked instead.
   *
   * @param work resolves to the new access token, without `Bearer`
   * @returns whether the token was kept
   * @throws what `work` throws
   * @throws {AuthConfigurationError} when `work` is no function, or resolves to something that is no bearer token
   *
   * @example
   * ```ts
   * const isSignedIn = await auth.updateSession(async () => {
   *   const response = await fetch('/sign-in', { method: 'POST', body: new FormData(form) })
   *   return (await response.json()).access_token
   * })
   * ```
   */
  readonly updateSession: (work: () => Promise<string>) => Promise<boolean>
  /**
   * Calls a function when the session of this page has ended, wherever that happened.
   *
   * @returns a function that stops the calls
   *
   * @example
   * ```ts
   * auth.onSignedOut(({ source }) => {
   *   if (source !== 'this_tab') location.assign('/')
   * })
   * ```
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
   * ```ts
   * const stop = auth.watchSession({ everyMs: 60_000 })
   * ```
   */
  readonly watchSession: (options: WatchSessionOptions) => () => void
  /**
   * Tells who is signed in on this page, as the token itself says: nothing is verified.
   *
   * @example
   * ```ts
   * const { isSignedIn, user, isExpired } = auth.readSession()
   * ```
   */
  readonly readSession: () => SessionState
  /**
   * Calls a function with what becomes of the session of this page: a sign-in here or in another tab, a new token, the token's end, a
   * sign-out; and with what becomes of revocations that had to wait. Events hold no token.
   *
   * @returns a function that stops the calls
   *
   * @example
   * ```ts
   * auth.onSessionEvent((event) => {
   *   if (event.type === 'expired') showSignInAgain()
   * })
   * ```
   */
  readonly onSessionEvent: (listener: (event: SessionEvent) => void) => () => void
  /**
   * Counts the revocations that are not done yet.
   *
   * @example
   * ```ts
   * addEventListener('beforeunload', (event) => {
   *   if (auth.pendingRevocations() > 0) event.preventDefault()
   * })
   * ```
   */
  readonly pendingRevocations: () => number
  /**
   * Ends this client, such as before a hot reload makes another one: it stops listening and asking. The user stays signed
   * in. Revocations that wait are tried once more; those in storage are left to the next client after that.
   *
   * @example
   * ```ts
   * if (import.meta.hot) {
   *   import.meta.hot.dispose(() => auth.close())
   * }
   * ```
   */
  readonly close: () => void
}
