/**
 * What the signature of a token says. `unknown`: the keys could not be had, or are too old to know this one; the service is then asked
 * as if there were no check.
 */
export type SignatureVerdict = 'genuine' | 'forged' | 'unknown'

/** Tells a made-up token from one that the service has signed, without asking the service about the token. */
export interface TokenSignature {
  /**
   * Resolves to what the signature says. Rejects only for a mistake of the configuration, and takes no
   * longer than about a second.
   */
  readonly check: (token: string) => Promise<SignatureVerdict>
}
