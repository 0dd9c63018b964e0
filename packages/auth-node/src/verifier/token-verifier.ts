import type { ActiveToken, InactiveToken, RequestOptions } from '@tokenward/auth-core'
import type { VerifierRevocation } from '../fleet/awaiting-fleet.ts'
import type { VerifierCounts } from './events.ts'

/** An active token, and how sure that is. Frozen: every caller gets the same object. */
export type VerifiedToken = ActiveToken & {
  /** The service gave no answer just now; this is its last one, within `serveStaleForMs`. */
  readonly stale?: true
  /** The store of the fleet is away, so a revocation by another process may be missed for `revocationWindowMs`. */
  readonly isolated?: true
}

/** The service has not signed the token, says the option `signature`; the service was not asked. */
export interface ForgedToken {
  readonly active: false
  readonly reason: 'forged'
}

/** What a verifier knows of a token. */
export type TokenVerdict = VerifiedToken | InactiveToken | ForgedToken

/** Options of a single check: how long this caller waits. */
export interface VerifyTokenOptions {
  /** Ends this caller's wait; the promise then rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** Ends this caller's wait with an `AuthTimeoutError`, in milliseconds; 1 to 2,147,483,647. @default the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined
}

/** What has happened since the start, and what is remembered now. */
export interface VerifierStats extends Readonly<VerifierCounts> {
  /** How many active tokens are remembered. */
  readonly entries: number
  /** How many refused tokens are remembered. */
  readonly refusals: number
  /** How many revocations are remembered. */
  readonly tombstones: number
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
   * @throws {AuthNetworkError} when the service cannot be reached, or is spared in a flood of made-up tokens
   * @throws {AuthTimeoutError} when the deadline passes first
   * @throws {AuthConfigurationError} when the token is not a string, or `timeoutMs` out of range
   * @example
   * ```ts
   * const verdict = await verifier.verifyToken(token, { timeoutMs: 2_000 })
   * if (verdict.active) console.log(verdict.sub)
   * else console.log(verdict.reason) // 'malformed', 'expired' or 'rejected'
   * ```
   */
  readonly verifyToken: (token: string, options?: VerifyTokenOptions) => Promise<TokenVerdict>
  /**
   * Answers from memory, without a promise; `undefined` means that only {@link TokenVerifier.verifyToken} can tell.
   *
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
   * call: the token is hashed once for both.
   *
   * @example
   * ```ts
   * const found = verifier.peekOrVerify(token, { timeoutMs: 2_000 })
   * const verdict = found instanceof Promise ? await found : found
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
  /** Counts. Holds nothing of a token. */
  readonly stats: () => VerifierStats
  /** Forgets everything and stops listening to the client and the store; from then on each check asks the service. */
  readonly close: () => Promise<void>
}
