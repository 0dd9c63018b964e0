import type { ActiveToken } from '@tokenward/auth-core'
import { dateAnswer, type LiveAnswer } from '../memory/token-cache.ts'
import { createTombstones } from '../memory/tombstones.ts'
import type { VerifierSettings } from '../verifier/options.ts'
import { within } from './with-timeout.ts'

/** The other processes, as a verifier sees them. */
export interface Fleet {
  /** Tells whether news of the others may be missing. */
  readonly isIsolated: () => boolean
  /** Tells the others of a revocation; resolves to whether they can know by now. */
  readonly tell: (key: string, until: number) => Promise<boolean>
  /** Resolves to what another process has learned of a token, or is learning just now. */
  readonly recall: (key: string, token: string, signal: AbortSignal) => Promise<LiveAnswer | undefined>
  /** Hands on what the service said of a token; `undefined` for nothing that another could use. */
  readonly share: (key: string, answer: LiveAnswer | undefined) => Promise<void>
  /** Takes back what is shared of a token, and recalls nothing of it while an answer from before could still be there. */
  readonly doubt: (key: string) => Promise<void>
  readonly close: () => Promise<void>
}

const pollMs = 20
/** How long one process, or the store, is waited for; then each asks for itself. */
const patienceMs = 1_000

/** Reads an answer of the store, believing it no more than one of the service. */
function readShared(text: string, token: string, settings: VerifierSettings): LiveAnswer | undefined {
  const { result, askedAt } = JSON.parse(text) as { result?: Partial<ActiveToken>; askedAt?: unknown }
  if (result?.active !== true || typeof result.sub !== 'string' || !result.sub) return undefined
  if (typeof askedAt !== 'number') return undefined
  const { client_id: application = '', scope = '' } = result
  if (typeof application !== 'string' || typeof scope !== 'string') return undefined
  // The clock of the other process may be ahead.
  const answer = dateAnswer(token, result as ActiveToken, Math.min(askedAt, settings.now()), settings)
  return settings.now() < answer.freshUntil ? answer : undefined
}

/** Outside of this process a key goes by its bytes in base64. */
const sharedKey = /^[A-Za-z\d+/]{43}=$/

/** Without a store there are no others, and nothing to miss. */
export function createFleet(
  settings: VerifierSettings,
  clientId: string | undefined,
  onRevoked: (key: string, until: number) => void,
): Fleet | undefined {
  const { store, now, revocationWindowMs } = settings
  if (!store) return undefined
  const { answers } = store
  // Whoever answers for one application does not answer for another.
  const answerKey = (key: string): string => `${clientId ?? ''}:${btoa(key)}`
  const doubted = createTombstones(settings.maxTombstones, now)
  let isIsolated = true
  const close = store.subscribe({
    onRevoked(name, until) {
      if (sharedKey.test(name)) onRevoked(atob(name), until)
    },
    onAttached: (isAttached) => {
      isIsolated = !isAttached
    },
  })

  async function share(key: string, answer: LiveAnswer | undefined): Promise<void> {
    const value = answer && JSON.stringify({ result: answer.result, askedAt: answer.askedAt })
    try {
      // While isolated, this process cannot know that the answer is not one of a revoked token.
      if (answers && !isIsolated)
        await within(
          patienceMs,
          answers.write(answerKey(key), value, answer ? Math.ceil(answer.freshUntil - now()) : 0),
        )
    } catch {
      // The others then ask for themselves.
    }
  }

  return {
    isIsolated: () => isIsolated,
    async tell(key, until) {
      const removed = share(key, undefined)
      try {
        return await store.publish(btoa(key), until)
      } catch {
        // The token is revoked all the same; of an engine that breaks its word, no more than this is known.
        return false
      } finally {
        await removed
      }
    },
    async recall(key, token, signal) {
      const name = answerKey(key)
      if (doubted.has(key)) return undefined
      const patience = performance.now() + patienceMs
      try {
        while (answers && !isIsolated && !signal.aborted && performance.now() < patience) {
          const value = await within(patienceMs, answers.read(name))
          if (value !== undefined) return readShared(value, token, settings)
          if (await within(patienceMs, answers.claim(name))) return undefined
          await new Promise((resolve) => setTimeout(resolve, pollMs))
        }
      } catch {
        // The service is there to be asked.
      }
      return undefined
    },
    share,
    doubt(key) {
      doubted.add(key, now() + revocationWindowMs)
      return share(key, undefined)
    },
    close,
  }
}
