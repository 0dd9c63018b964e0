import type { ActiveToken, InactiveToken, RequestOptions, RevokeTokenResult } from '@tokenward/auth-core'
import type { VerifyTokenOptions } from './flight.ts'
import type { VerifierCounts } from './events.ts'

/** A live token, and how sure that is. Frozen: every caller gets the same object. */
export type VerifiedToken = ActiveToken & {
  /** The service gave no answer just now; this is its last one, within `serveStaleForMs`. */
  readonly stale?: true
  /** The store of the fleet is away, so a revocation by another process may be missed for `revocationWindowMs`. */
  readonly isolated?: true
}

/** What a verifier knows of a token. */
export type TokenVerdict = VerifiedToken | InactiveToken

/** What a revocation came to. */
export type VerifierRevocation = RevokeTokenResult & {
  /** With a store: `false` while the store is away; the fleet is then told once it is back. */
  readonly shared?: boolean
}

/** What has happened since the start, and what is remembered now. */
export interface VerifierStats extends Readonly<VerifierCounts> {
  /** How many live tokens are remembered. */
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

/** A memory in front of `verifyToken`. */
export interface TokenVerifier {
  /** The application of the client; the guards accept tokens of no other. */
  readonly clientId: string | undefined
  /**
   * Tells whether a token is alive: from memory within `revocationWindowMs`, else from the service.
   * `GET /auth/v1/token/introspect`.
   *
   * Concurrent checks of one token share a request. `signal` and `timeoutMs` end the wait of their caller alone; the last one to
   * leave aborts the request, which the client's own `timeoutMs` bounds in any case.
   *
   * @param token the access token, without `Bearer`
   * @returns what is known of the token
   * @throws {AuthApiError} when the service answers with an error that says nothing about the token, such as 429 or 503
   * @throws {AuthResponseError} when the answer is none of the service
   * @throws {AuthNetworkError} when the service cannot be reached, or is spared in a flood of made-up tokens
   * @throws {AuthTimeoutError} when the deadline passes first
   * @throws {AuthConfigurationError} when the token is not a string, or `timeoutMs` out of range
   */
  readonly verifyToken: (token: string, wait?: VerifyTokenOptions) => Promise<TokenVerdict>
  /** Answers from memory, without a promise; `undefined` means that only {@link TokenVerifier.verifyToken} can tell. */
  readonly peek: (token: string) => VerifiedToken | undefined
  /**
   * Revokes a token at the service, and from then on reports it dead here, whatever is on its way. `POST /auth/v1/revoke`.
   * Revocations through any client of this process are seen as well. This method also waits until the fleet is told.
   *
   * @throws the errors of `revokeToken`; the token may then be alive, and is forgotten so that the service is asked again
   */
  readonly revoke: (token: string, options?: RequestOptions) => Promise<VerifierRevocation>
  /**
   * The same, resolving only once the service itself says that the token is dead.
   *
   * @throws the errors of `revokeAndVerifyToken`
   */
  readonly revokeAndVerify: (token: string, options?: RequestOptions) => Promise<VerifierRevocation>
  /** Counts. Never tells of a token. */
  readonly stats: () => VerifierStats
  /** Forgets everything and stops listening to the client and the store; from then on each check asks the service. */
  readonly close: () => Promise<void>
}
