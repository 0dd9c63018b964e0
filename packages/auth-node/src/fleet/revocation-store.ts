/** Where a fleet keeps its revocations. `@tokenward/auth-node/redis` is one; another engine can be plugged in. */
export interface RevocationStore {
  /**
   * Starts to deliver: what is already there, then whatever comes, and after a reconnect what came meanwhile.
   *
   * @returns a function that ends it and lets go of the connection
   */
  readonly subscribe: (subscriber: RevocationSubscriber) => () => Promise<void>
  /**
   * Tells the fleet. Never rejects and never hangs: `false` means that the message is kept and sent once the store is back.
   *
   * @param key the token's SHA-256, in base64
   * @param until when the revocation may be forgotten, in milliseconds since the epoch
   */
  readonly publish: (key: string, until: number) => Promise<boolean>
  /** Where answers are shared, so that a fleet asks once. @default answers are not shared */
  readonly answers?: SharedAnswers | undefined
}

/** The side of the verifier. */
export interface RevocationSubscriber {
  /** A token was revoked somewhere. Harmless when repeated. */
  readonly onRevoked: (key: string, until: number) => void
  /** `true` once everything that is in the store has been delivered, `false` when news may be missing from now on. */
  readonly onAttached: (isAttached: boolean) => void
}

/** Answers that a fleet shares; a key names an application and a token's SHA-256. Whoever can write here can let tokens in. */
export interface SharedAnswers {
  /** Resolves to what {@link SharedAnswers.write} was given. May reject. */
  readonly read: (key: string) => Promise<string | undefined>
  /** Resolves to `true` for the one instance that is to ask the service now; never while there is a value. May reject. */
  readonly claim: (key: string) => Promise<boolean>
  /** Ends the claim and keeps the value for `ttlMs`; removes it when there is none. May reject. */
  readonly write: (key: string, value: string | undefined, ttlMs: number) => Promise<void>
}
