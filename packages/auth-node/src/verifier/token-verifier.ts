import type { AuthError, RequestOptions, RevokeTokenResult } from '@tokenward/auth-core'
import type { VerifierRevocation } from '../fleet/awaiting-fleet.ts'
import type { VerifierCounts } from './events.ts'
import type { Revocation } from './revocation-feed.ts'
import type { TokenVerdict, VerifiedToken } from './token-verdict.ts'

/** Options of a single check: how long this caller waits. */
export interface VerifyTokenOptions {
  /** Ends this caller's wait; the promise then rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** Ends this caller's wait with an `AuthTimeoutError`, in milliseconds; 1 to 2,147,483,647. @default the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined
}

/** How a token of an open connection is watched. */
export interface SignalOptions {
  /**
   * How old the service's last answer about the token may become, in milliseconds; 1 to 86,400,000. Then the service is asked again, once
   * for all connections of the token. The shortest time that is given for a token counts. @default the verifier's `revocationWindowMs`
   */
  readonly checkEveryMs?: number | undefined
  /**
   * Ends the watch when it is aborted: the connection is closed. Give it for every connection; without it the token is watched until it
   * ends by itself. @default the token is watched until it ends
   */
  readonly until?: AbortSignal | undefined
}

/** What `revokeSubject` ends beside the sessions here and in the fleet; how long its requests may take. */
export interface RevokeSubjectOptions extends RequestOptions {
  /**
   * Tokens that were issued at this time or before it are dead, by their `iat`; milliseconds since the epoch. `iat` counts whole seconds,
   * by the clock of the service: a sign-in within the same second is dead as well.
   * @default now, by the later one of two clocks: this machine's, and the service's as far as the tokens of this process have shown it
   */
  readonly issuedBefore?: number | undefined
  /** Tokens of the user that the caller knows: they are revoked at the service as well. @default none */
  readonly tokens?: readonly string[] | undefined
}

/** What `revokeSubject` has done where. */
export interface SubjectRevocationResult {
  readonly sub: string
  /** The cut-off, in milliseconds since the epoch. It is in force in this process. */
  readonly issuedBefore: number
  /** With a store: whether the fleet has been told; `false` while the store is away. The fleet is then told once it is back, by this process: not when it has ended by then. */
  readonly shared?: boolean
  /** What the service said to each of `tokens`, in their order. A token that `failed` may be active at the service; here and in the fleet it is dead by the cut-off, if it is one of the user's. */
  readonly tokens: readonly (RevokeTokenResult | { readonly outcome: 'failed'; readonly error: AuthError })[]
}

/** What has happened since the start, and what is remembered now. */
export interface VerifierStats extends Readonly<VerifierCounts> {
  /** How many active tokens are remembered. */
  readonly entries: number
  /** How many refused tokens are remembered. */
  readonly refusals: number
  /** How many revocations are remembered. */
  readonly tombstones: number
  /** How many tokens of open connections are watched. */
  readonly watched: number
  /** How many shared requests are under way. */
  readonly inFlight: number
  /** Whether the store of the fleet is away. */
  readonly isIsolated: boolean
}

/** A bounded memory in front of the client's `verifyToken`. */
export interface TokenVerifier {
  /** The client's application: the guards accept tokens of no other. */
  readonly clientId: string | undefined
  /**
   * Tells whether a token is active: from memory within `revocationWindowMs`, else from the service.
   * `GET /auth/v1/token/introspect`.
   *
   * Active is not yet "may come in": tokens of anonymous users, of API keys and of other applications are active, too. The guards,
   * and `createAuthenticate`, look at those.
   *
   * Concurrent checks of one token share a request. `signal` and `timeoutMs` end the wait of their caller alone; the last one to
   * leave aborts the request, which the client's own `timeoutMs` bounds in any case.
   *
   * @param token the access token, without `Bearer`
   * @returns what is known of the token
   * @throws {AuthApiError} when the service answers with an error that says nothing about the token, such as 429 or 503
   * @throws {AuthResponseError} when the answer is not one of the service: a redirect, no JSON, too large, another shape
   * @throws {AuthNetworkError} when the service cannot be reached; when it is spared in a flood of made-up tokens, with the reason
   *   `TOO_MANY_REFUSALS`; when `maxPending` checks wait for it already, with the reason `TOO_MANY_PENDING`. All are worth a later try.
   * @throws {AuthTimeoutError} when the deadline passes first
   * @throws {AuthConfigurationError} when the token is not a string, or `timeoutMs` out of range
   * @example
   * ```ts
   * const verdict = await verifier.verifyToken(token, { timeoutMs: 2_000 })
   * if (verdict.active) console.log(verdict.sub)
   * else console.log(verdict.reason) // 'malformed', 'expired', 'forged' or 'rejected'
   * ```
   */
  readonly verifyToken: (token: string, options?: VerifyTokenOptions) => Promise<TokenVerdict>
  /**
   * Answers from memory, without a promise. Never throws.
   *
   * @param token the access token, without `Bearer`
   * @returns the active token; `undefined` when only {@link TokenVerifier.verifyToken} can tell
   * @example
   * ```ts
   * const known = verifier.peek(token)
   * if (known) console.log('from memory', known.sub)
   * else console.log('only the service can tell')
   * ```
   */
  readonly peek: (token: string) => VerifiedToken | undefined
  /**
   * Answers like {@link TokenVerifier.peek} where memory knows the token, else like {@link TokenVerifier.verifyToken}. What the guards
   * call: the token is hashed once for both. Tell the two apart by `then`: `instanceof` fails where the global `Promise` was replaced.
   *
   * @param token the access token, without `Bearer`
   * @returns the active token, or a promise of what is known of the token, which rejects as that of `verifyToken` does
   * @example
   * ```ts
   * const found = verifier.peekOrVerify(token, { timeoutMs: 2_000 })
   * const verdict = 'then' in found ? await found : found
   * if (verdict.active) console.log(verdict.sub)
   * ```
   */
  readonly peekOrVerify: (
    token: string,
    options?: VerifyTokenOptions,
  ) => VerifiedToken | Promise<TokenVerdict>
  /**
   * Revokes a token at the service, and from then on reports it dead here, also to checks that are under way. `POST /auth/v1/revoke`.
   * Revocations through any client of this process are seen as well. This method also waits until the fleet has been told.
   *
   * @throws the errors of `revokeToken`; the token may then be active, and is forgotten so that the service is asked again
   * @example
   * ```ts
   * const { outcome } = await verifier.revoke(token) // 'revoked' or 'already_inactive'
   * ```
   */
  readonly revoke: (token: string, options?: RequestOptions) => Promise<VerifierRevocation>
  /**
   * The same, resolving only once the service itself says that the token is dead.
   *
   * @throws the errors of `revokeAndVerifyToken`
   *
   * @example
   * ```ts
   * const { outcome } = await verifier.revokeAndVerify(token, { timeoutMs: 60_000 })
   * if (outcome === 'already_inactive') console.log('the token was dead before')
   * else console.log('the service confirms that the token is dead')
   * ```
   */
  readonly revokeAndVerify: (token: string, options?: RequestOptions) => Promise<VerifierRevocation>
  /**
   * Ends every session that a user has: each token of `sub` whose `iat` is not later than `issuedBefore` is dead for every verifier of the
   * fleet, also one that no verifier has seen, for `cutOffMs`. A token of that user without `iat` is dead as well, also one that is
   * issued later.
   *
   * This holds here and in the fleet, not at the service itself, which has no such call: other programs that ask the service still hear
   * that the tokens are active. Give the tokens that you know as `tokens`, to have them revoked there as well.
   *
   * @param sub the user, as `verdict.sub` names them
   * @returns what has happened where; a token that could not be revoked at the service is told as `failed`, and is dead here by the cut-off all the same
   * @throws {AuthConfigurationError} when an argument cannot be used, or the store knows no cut-offs; nothing has happened then
   * @throws the reason of `signal`, when that is aborted first; the cut-off holds all the same, unless it was aborted before the call
   * @example
   * ```ts
   * const { shared, tokens } = await verifier.revokeSubject(user.id, { tokens: [currentToken] })
   * if (shared === false) console.warn('Redis is away: the other processes hear of it later')
   * if (tokens.some(({ outcome }) => outcome === 'failed')) console.warn('still active at the service itself')
   * ```
   */
  readonly revokeSubject: (sub: string, options?: RevokeSubjectOptions) => Promise<SubjectRevocationResult>
  /**
   * Watches the token of an open connection, such as a stream of events. The signal aborts when the token is revoked anywhere in the fleet,
   * when it expires, or when the service rejects it at the next look. An outage never aborts it. Call it for a token that was just accepted.
   *
   * For a WebSocket, call `endWithToken` of `@tokenward/auth-node/upgrade`, because closing alone does not stop a client that does not answer.
   *
   * All connections of a token get the same signal, so that a listener must go with its connection, as in the example. It is kept until it
   * aborts, or until every `until` is aborted; then a next call makes a new one. `close` aborts all of them, because nothing would end those
   * connections any more.
   *
   * @returns a signal, which is aborted already for a token that is known to be dead; its `reason` is an `AuthTokenEndedError`
   * @throws {AuthConfigurationError} when the token is not a string, or an option is unknown or cannot be used
   * @example
   * ```ts
   * const closed = new AbortController()
   * response.on('close', () => closed.abort())
   * const signal = verifier.signalFor(token, { until: closed.signal })
   * if (signal.aborted) response.end()
   * else signal.addEventListener('abort', () => response.end(), { signal: closed.signal })
   * ```
   */
  readonly signalFor: (token: string, options?: SignalOptions) => AbortSignal
  /**
   * Tells of each revocation that this verifier learns of, once: from this process, from the fleet, or from the service's own answer about
   * a token that was active before and has not reached its own end. A verifier that starts hears what the store still holds. Never tells
   * the token.
   *
   * @param listener is called before the promise of a revocation in this process resolves; what it throws is ignored
   * @returns a function that ends it
   * @example
   * ```ts
   * const off = verifier.onRevoked(({ sub, source }) => {
   *   if (sub !== undefined) presence.delete(sub)
   *   metrics.increment('revocations', { source })
   * })
   * ```
   */
  readonly onRevoked: (listener: (revocation: Revocation) => void) => () => void
  /** Counts. Holds nothing of a token. */
  readonly stats: () => VerifierStats
  /**
   * Forgets everything and stops listening to the client and the store; from then on each check asks the service, which knows nothing of
   * `revokeSubject`. Aborts the signals of `signalFor` with the reason `closed`.
   */
  readonly close: () => Promise<void>
}
