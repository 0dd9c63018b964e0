import type {
  ActiveToken,
  AuthError,
  InactiveToken,
  RevokeTokenResult,
  VerifyTokenResult,
} from '@tokenward/auth-core'

/** Who holds a token of the fake. */
export interface FakeHolder {
  readonly sub: string
  /** Space-separated scopes. @default 'user' */
  readonly scope?: string | undefined
  /** The client that the token was issued for. @default the `clientId` of the fake */
  readonly clientId?: string | undefined
}

/** What the fake knows. */
export interface FakeVerifierOptions {
  /** The answer to each token: its holder, the reason why it is dead, or an error to throw, as in an outage. */
  readonly tokens: Readonly<Record<string, FakeHolder | InactiveToken['reason'] | Error>>
  /** The client that guards compare with. @default 'mock-env' */
  readonly clientId?: string | undefined
}

/** What has happened since the start, counted as auth-node's verifier does. Counts that a fake has no use for stay 0. */
export interface FakeVerifierStats {
  /** Checks of a live token. */
  readonly hit: number
  /** Checks of a dead token. */
  readonly refused: number
  /** Checks that threw. */
  readonly unavailable: number
  readonly miss: 0
  readonly coalesced: 0
  readonly stale: 0
  readonly entries: 0
  readonly refusals: 0
  readonly tombstones: 0
  /** Tokens whose signal was asked for, and has not aborted. */
  readonly watched: number
  readonly inFlight: 0
  readonly isIsolated: false
}

/** A revocation, as the verifier of auth-node tells of it. */
export type FakeRevocation =
  | { readonly key: string; readonly sub: string; readonly source: 'process' }
  | {
      readonly key?: undefined
      readonly sub: string
      readonly issuedBefore: number
      readonly source: 'process'
    }

/** What `revokeSubject` has done. */
export interface FakeSubjectRevocation {
  readonly sub: string
  readonly issuedBefore: number
  readonly tokens: readonly (RevokeTokenResult | { readonly outcome: 'failed'; readonly error: AuthError })[]
}

/** A verifier without a service, for tests of protected routes; it fits where `TokenVerifier` of auth-node does. */
export interface FakeVerifier {
  readonly clientId: string
  /**
   * Answers as told. A token that is not in the list is `rejected`, or `malformed` where it has not the syntax of one. Throws an
   * `AuthConfigurationError` for a token that is no text, as the verifier of auth-node does.
   */
  readonly verifyToken: (token: string) => Promise<VerifyTokenResult>
  /** Answers for a live token at once; `undefined` for any other. */
  readonly peek: (token: string) => ActiveToken | undefined
  /** Answers for a live token at once; for any other as `verifyToken` does. */
  readonly peekOrVerify: (token: string) => ActiveToken | Promise<VerifyTokenResult>
  /** Ends a token for this verifier; throws the error that is the token's answer, and an `AuthConfigurationError` for a text that cannot be a token. */
  readonly revoke: (token: string) => Promise<RevokeTokenResult>
  /** The same as `revoke`, because a fake has no service to ask. */
  readonly revokeAndVerify: (token: string) => Promise<RevokeTokenResult>
  /**
   * Ends every token of the list that this user holds, whenever it was issued, then revokes each of `tokens`. Throws an
   * `AuthConfigurationError` for an empty `sub`, for an `issuedBefore` in seconds, and where one of `tokens` cannot be a token.
   */
  readonly revokeSubject: (
    sub: string,
    options?: { readonly issuedBefore?: number | undefined; readonly tokens?: readonly string[] | undefined },
  ) => Promise<FakeSubjectRevocation>
  /**
   * Aborts when the token is revoked by this verifier; aborted already for a dead token, and after `close`. Once every `until` that was given for a token has
   * aborted, its signal is let go, and `watched` of the `stats` no longer counts it.
   */
  readonly signalFor: (token: string, options?: { readonly until?: AbortSignal | undefined }) => AbortSignal
  /** Tells of each revocation by this verifier; what the listener throws is ignored. Returns a function that ends it. */
  readonly onRevoked: (listener: (revocation: FakeRevocation) => void) => () => void
  readonly stats: () => FakeVerifierStats
  /** Aborts the signals that are still wanted, with the reason `closed`. */
  readonly close: () => Promise<void>
}
