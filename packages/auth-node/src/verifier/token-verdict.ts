import type { ActiveToken, InactiveToken } from '@tokenward/auth-core'

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
