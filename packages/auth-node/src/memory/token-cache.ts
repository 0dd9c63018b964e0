import QuickLRU from 'quick-lru'
import type { ActiveToken, InactiveToken } from '@tokenward/auth-core'
import type { Clock, Moment } from './clock.ts'

/** An answer of the service that a token is active. */
export interface LiveAnswer {
  readonly result: ActiveToken
  /** When the request was made: the last moment for which the answer is known to be true. */
  readonly askedAt: Moment
  /** The token's own expiry, in milliseconds since the epoch; `Infinity` when it names none. */
  readonly expiresAt: number
  /** When the token was issued, in milliseconds since the epoch; `undefined` when it does not say. */
  readonly issuedAt: number | undefined
}

/** The service's answers by the tokens' keys: active tokens and refused tokens, each in a bounded space of its own. */
export interface TokenCache {
  /** The answer, if it is no older than `revocationWindowMs`. */
  readonly fresh: (key: string) => ActiveToken | undefined
  /** The answer, if it may stand in during an outage. */
  readonly stale: (key: string) => ActiveToken | undefined
  /** Tells whether the token has been active here before. */
  readonly knows: (key: string) => boolean
  /** How old the last active answer is, in milliseconds; `Infinity` where there is none. Counts as no use of the answer. */
  readonly ageOf: (key: string) => number
  /** The user that the last active answer names. */
  readonly subjectOf: (key: string) => string | undefined
  readonly refusal: (key: string) => InactiveToken | undefined
  readonly keep: (key: string, answer: LiveAnswer) => void
  readonly refuse: (key: string, refusal: InactiveToken) => void
  readonly forget: (key: string) => void
  readonly sizes: () => { readonly entries: number; readonly refusals: number }
  readonly clear: () => void
}

/** The settings of a verifier that concern its cache. */
export interface TokenCacheSettings {
  readonly maxEntries: number
  readonly maxRefusals: number
  readonly revocationWindowMs: number
  readonly refusalWindowMs: number
  readonly serveStaleForMs: number
}

/** Freezes a value and everything in it. Without recursion, which a deeply nested answer could exhaust. */
export function freezeDeeply<Value extends object>(value: Value): Value {
  const parts: unknown[] = [value]
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) continue
    Object.freeze(part)
    parts.push(...(Object.values(part) as unknown[]))
  }
  return value
}

/** @param isCutOff tells whether a user's tokens from that time are dead */
export function createTokenCache(
  settings: TokenCacheSettings,
  clock: Clock,
  isCutOff: (sub: string, issuedAt: number | undefined) => boolean,
): TokenCache {
  const { revocationWindowMs, refusalWindowMs, serveStaleForMs } = settings
  // QuickLRU holds up to twice the size that it is given.
  const live = new QuickLRU<string, LiveAnswer>({ maxSize: Math.floor(settings.maxEntries / 2) })
  const refused = new QuickLRU<string, { readonly refusal: InactiveToken; readonly refusedAt: Moment }>({
    maxSize: Math.floor(settings.maxRefusals / 2),
  })

  const isYoungerThan = (ms: number, { askedAt, expiresAt }: LiveAnswer): boolean =>
    clock.ageOf(askedAt) < ms && !clock.isPast(expiresAt)

  function find(key: string, maxAgeMs: number): ActiveToken | undefined {
    const answer = live.get(key)
    if (answer === undefined || !isYoungerThan(maxAgeMs, answer)) return undefined
    return isCutOff(answer.result.sub, answer.issuedAt) ? undefined : answer.result
  }

  return {
    fresh: (key) => find(key, revocationWindowMs),
    stale: (key) => find(key, serveStaleForMs),
    knows: (key) => live.has(key),
    ageOf(key) {
      const answer = live.peek(key)
      return answer ? clock.ageOf(answer.askedAt) : Infinity
    },
    subjectOf: (key) => live.peek(key)?.result.sub,
    refusal(key) {
      const entry = refused.get(key)
      return entry && clock.ageOf(entry.refusedAt) < refusalWindowMs ? entry.refusal : undefined
    },
    keep(key, answer) {
      // A refusal that came after this question was asked is the newer truth.
      const refusedAt = refused.peek(key)?.refusedAt.monotonic ?? -Infinity
      if (refusedAt < answer.askedAt.monotonic && isYoungerThan(revocationWindowMs, answer))
        live.set(key, answer)
    },
    refuse(key, refusal) {
      live.delete(key)
      refused.set(key, { refusal: freezeDeeply(refusal), refusedAt: clock.read() })
    },
    forget: (key) => void live.delete(key),
    sizes: () => ({ entries: live.size, refusals: refused.size }),
    clear() {
      live.clear()
      refused.clear()
    },
  }
}
