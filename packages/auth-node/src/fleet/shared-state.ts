import type { Clock } from '../memory/clock.ts'
import { createDropOldest } from '../memory/drop-oldest.ts'
import type { LiveAnswer } from '../memory/token-cache.ts'
import { createTombstones } from '../memory/tombstones.ts'
import { type Attachment, createAttachment } from './attachment.ts'
import type { RevocationStore, RevocationSubscriber, SubjectCutOff } from './revocation-store.ts'
import { withTimeout } from './with-timeout.ts'
import { parseAnswer, type WrittenAnswer } from './written-answer.ts'

/** What a verifier shares with the other processes of its fleet, through a store. */
export interface SharedState extends Omit<Attachment, 'note'> {
  /** Tells the fleet of a revocation; resolves to whether the fleet can know by now. */
  readonly publishRevocation: (key: string, until: number) => Promise<boolean>
  /** Tells the fleet of a cut-off; resolves to whether the fleet can know by now. The store must know cut-offs. */
  readonly publishCutOff: (cutOff: SubjectCutOff) => Promise<boolean>
  /** Resolves to what another process has learned of a token, or is learning just now. */
  readonly readShared: (
    key: string,
    question: SharedQuestion,
    signal: AbortSignal,
  ) => Promise<LiveAnswer | undefined>
  /** Shares an answer, and takes it back if it is no longer current once it is written. */
  readonly writeShared: (key: string, answer: LiveAnswer, isCurrent: () => boolean) => Promise<void>
  /** Takes back what is shared of a token, and ends this process's claim to ask about it. */
  readonly removeShared: (key: string) => Promise<void>
  /** Takes back what is shared of a token, and reads nothing of it while an older answer could still be there. */
  readonly distrustShared: (key: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** A token that another process may know, and how old its answer may be. */
export interface SharedQuestion extends Pick<LiveAnswer, 'expiresAt' | 'issuedAt'> {
  readonly maxAgeMs: number
}

/** The settings of a verifier that concern its fleet. */
export interface SharedStateSettings {
  /** The address of the service that answers. @throws {AuthConfigurationError} when it is not configured */
  readonly serviceUrl: () => string
  readonly clientId: () => string | undefined
  readonly revocationWindowMs: number
  readonly maxTombstones: number
}

/** How long the store may take for one step with a shared answer; after that, this process asks the service itself. */
const stepMs = 250
/** How long shared answers are left alone after the store took too long. */
const restMs = 1_000
/** How long another process that is asking the service is waited for, and how often it is looked after. */
const claimedMs = 1_000
const pollMs = 20
/** How long a revocation waits for the store's `publish`. The application may have written the store, and its promise may never settle. */
const publishMs = 5_000

/** Outside of this process, a key is written as base64. */
const base64Key = /^[A-Za-z\d+/]{43}=$/

export function createSharedState(
  store: RevocationStore,
  settings: SharedStateSettings,
  clock: Clock,
  { onRevoked, onCutOff }: Required<Omit<RevocationSubscriber, 'onAttached'>>,
): SharedState {
  const { answers } = store
  const { revocationWindowMs, maxTombstones } = settings
  const monotonic = (): number => performance.now()
  const distrusted = createTombstones(maxTombstones, monotonic)
  /** Tokens whose shared answer could not be removed, because the store was away. */
  const unremoved = new Map<string, true>()
  const dropOldestUnremoved = createDropOldest(unremoved, maxTombstones)
  const attachment = createAttachment()
  const { isIsolated, catchUp } = attachment
  let restUntil = 0
  // An answer of one service, or for one application, says nothing to another.
  const nameOf = (key: string): string => `${settings.serviceUrl()} ${settings.clientId() ?? ''}:${btoa(key)}`

  const close = store.subscribe({
    onRevoked(name, until) {
      if (base64Key.test(name)) onRevoked(atob(name), until)
    },
    onCutOff,
    onAttached(isAttached, againWithinMs = Infinity) {
      const wasIsolated = isIsolated()
      attachment.note(isAttached, againWithinMs)
      if (isAttached && wasIsolated) void removeUnremoved()
    },
  })

  async function step<Result>(work: () => Promise<Result>): Promise<Result> {
    const startedAt = monotonic()
    try {
      return await withTimeout(stepMs, work())
    } catch (error) {
      if (monotonic() - startedAt >= stepMs) restUntil = monotonic() + restMs
      throw error
    }
  }

  async function removeShared(key: string): Promise<void> {
    if (!answers) return
    unremoved.set(key, true)
    dropOldestUnremoved()
    if (isIsolated()) return
    try {
      await step(() => answers.write(nameOf(key), undefined, 0))
      unremoved.delete(key)
    } catch {
      // Removed once the store is back.
    }
  }

  async function removeUnremoved(): Promise<void> {
    for (const key of unremoved.keys()) if (!isIsolated()) await removeShared(key)
  }

  return {
    isIsolated,
    catchUp,
    async publishRevocation(key, until) {
      const removed = removeShared(key)
      try {
        // A store of the user's own may resolve to nothing, which is no word that the fleet knows.
        const published: unknown = await withTimeout(publishMs, store.publish(btoa(key), until))
        return published === true
      } catch {
        // The token is revoked all the same; only the fleet may not know of it.
        return false
      } finally {
        await removed
      }
    },
    async publishCutOff(cutOff) {
      try {
        const published = store.publishCutOff?.(cutOff) ?? Promise.resolve(false)
        const isPublished: unknown = await withTimeout(publishMs, published)
        return isPublished === true
      } catch {
        return false
      }
    },
    async readShared(key, { expiresAt, issuedAt, maxAgeMs }, signal) {
      if (!answers || distrusted.has(key)) return undefined
      const giveUpAt = monotonic() + claimedMs
      try {
        while (!isIsolated() && !signal.aborted && monotonic() >= restUntil && monotonic() < giveUpAt) {
          const readAt = monotonic()
          const found = await step(() => answers.read(nameOf(key)))
          if (found) {
            const answer = parseAnswer(found)
            const ageMs = (answer?.ageMs ?? Infinity) + monotonic() - readAt
            if (!answer || !(ageMs < Math.min(maxAgeMs, revocationWindowMs))) return undefined
            return { result: answer.result, askedAt: clock.before(ageMs), expiresAt, issuedAt }
          }
          if (await step(() => answers.claim(nameOf(key)))) return undefined
          await new Promise((resolve) => setTimeout(resolve, pollMs))
        }
      } catch {
        // The service can still be asked.
      }
      return undefined
    },
    async writeShared(key, answer, isCurrent) {
      // While isolated, this process cannot know whether another one has revoked the token.
      if (!answers || isIsolated() || monotonic() < restUntil) return
      try {
        const ageMs = clock.ageOf(answer.askedAt)
        const ttlMs = Math.ceil(Math.min(revocationWindowMs - ageMs, answer.expiresAt - clock.now()))
        const value = JSON.stringify({ result: answer.result, ageMs, ttlMs } satisfies WrittenAnswer)
        await step(() => answers.write(nameOf(key), ttlMs > 0 ? value : undefined, Math.max(ttlMs, 0)))
        if (!isCurrent()) await removeShared(key)
      } catch {
        // The store may carry the write out late. Readers then take the answer for younger than it is, so it is removed.
        await removeShared(key)
      }
    },
    removeShared,
    async distrustShared(key) {
      distrusted.add(key, monotonic() + revocationWindowMs)
      await removeShared(key)
    },
    close,
  }
}
