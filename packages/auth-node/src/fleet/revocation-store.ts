/**
 * Where a fleet keeps its revocations. `createRedisStore` of `@tokenward/auth-node/redis` makes one; this is the interface for another
 * engine. What an engine promises:
 *
 * - Everything that is published reaches every subscriber of the fleet, of this store and of the stores of other processes, at least once
 *   and unchanged.
 * - A subscriber that comes later, or comes back, is told everything that is still in force: a revocation and a cut-off until their
 *   `until`. Only then it hears `onAttached(true)`.
 * - As soon as news may be missing, the subscriber hears `onAttached(false)`.
 * - What is published while the engine is away is kept and sent once it is back, and `publish` says so with `false`.
 * - A message that the engine has lost, in a crash or a failover, is sent again by the process that published it; a cut-off, of which the
 *   service knows nothing, by every process that has heard of it.
 * - The order of messages does not matter, and a message that comes twice does no harm.
 *
 * `storeChecks` of `@tokenward/auth-node/store-tests` runs these promises against your engine.
 *
 * @example
 * ```ts
 * // A fleet of one process: two verifiers that share their revocations.
 * const subscribers = new Set<RevocationSubscriber>()
 * const store: RevocationStore = {
 *   subscribe(subscriber) {
 *     subscribers.add(subscriber)
 *     subscriber.onAttached(true)
 *     return async () => void subscribers.delete(subscriber)
 *   },
 *   async publish(key, until) {
 *     for (const { onRevoked } of subscribers) onRevoked(key, until)
 *     return true
 *   },
 *   async publishCutOff(cutOff) {
 *     for (const { onCutOff } of subscribers) onCutOff?.(cutOff)
 *     return true
 *   },
 * }
 * ```
 */
export interface RevocationStore {
  /**
   * Starts to deliver: the revocations and cut-offs that are already there, then each new one, and after a reconnect those that came
   * meanwhile.
   *
   * @returns a function that ends it and lets go of the connection
   */
  readonly subscribe: (subscriber: RevocationSubscriber) => () => Promise<void>
  /**
   * Tells the fleet. Resolves to `false` when the message is kept, to be sent once the store is back. A verifier takes a rejection, and
   * an answer that takes longer than 5 seconds, for `false` as well.
   *
   * @param key the token's SHA-256, in base64
   * @param until when the revocation may be forgotten, in milliseconds since the epoch
   */
  readonly publish: (key: string, until: number) => Promise<boolean>
  /**
   * Tells the fleet of a cut-off, in the manner of {@link RevocationStore.publish}. Of several cut-offs of one user, the one with the
   * latest `issuedBefore` is in force, whichever came last. A store without this method works for everything but `revokeSubject`.
   */
  readonly publishCutOff?: ((cutOff: SubjectCutOff) => Promise<boolean>) | undefined
  /** Where answers are shared, so that a fleet asks once. @default answers are not shared */
  readonly answers?: SharedAnswers | undefined
}

/** The end of all sessions that a user had at a certain time. */
export interface SubjectCutOff {
  /** The address of the service that knows the user: the `serviceUrl` of the client. */
  readonly service: string
  /** The user, as the service names them. */
  readonly sub: string
  /** Tokens of the user that were issued at this time or before it are dead; milliseconds since the epoch. */
  readonly issuedBefore: number
  /** When the cut-off may be forgotten, in milliseconds since the epoch. */
  readonly until: number
}

/** What a verifier hands to a store, to be told. */
export interface RevocationSubscriber {
  /** A token was revoked somewhere. Harmless when repeated. */
  readonly onRevoked: (key: string, until: number) => void
  /** All sessions of a user were ended somewhere. Harmless when repeated. Every verifier that knows `revokeSubject` gives it. */
  readonly onCutOff?: ((cutOff: SubjectCutOff) => void) | undefined
  /**
   * `true` once everything that is in the store has been delivered, `false` when news may be missing from now on.
   *
   * A store that says `true` again and again also gives `againWithinMs`: for how long each `true` holds, in milliseconds. A process that
   * was frozen then notices by itself that it may have missed something. Without it, `true` holds until `false`.
   */
  readonly onAttached: (isAttached: boolean, againWithinMs?: number) => void
}

/** An answer that was written by a process of the fleet. */
export interface SharedAnswer {
  /** What {@link SharedAnswers.write} was given. */
  readonly value: string
  /** What is left of the `ttlMs` that it was written with, in milliseconds, by the store's own clock; when in doubt, less. */
  readonly remainingMs: number
}

/** Answers that a fleet shares. A key names a service, an application and a token's SHA-256. A process that can write here can let tokens in. */
export interface SharedAnswers {
  /** Resolves to what was written, unless its time is up. May reject. */
  readonly read: (key: string) => Promise<SharedAnswer | undefined>
  /** Resolves to `true` for the one process that is to ask the service now; to `false` while there is a value. May reject. */
  readonly claim: (key: string) => Promise<boolean>
  /** Ends the claim and keeps the value for `ttlMs`; removes it when the value is `undefined`. May reject. */
  readonly write: (key: string, value: string | undefined, ttlMs: number) => Promise<void>
}
