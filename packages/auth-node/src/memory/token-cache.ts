import QuickLRU from 'quick-lru'
import { type ActiveToken, type InactiveToken, readTokenExpiry } from '@tokenward/auth-core'
import type { VerifierSettings } from '../verifier/options.ts'

/** An answer of the service that a token is alive. */
export interface LiveAnswer {
  readonly result: ActiveToken
  /** When the request was made, which is the last moment that the answer is sure to speak of. */
  readonly askedAt: number
  /** The token's own end; `Infinity` when it names none. */
  readonly expiresAt: number
  /** When the answer is too old to be believed without asking again. */
  readonly freshUntil: number
}

/** What is remembered of the service's answers, by the tokens' keys: live ones and refusals, each bounded. */
export interface AnswerMemory {
  /** The answer, if it may still be believed. */
  readonly fresh: (key: string) => ActiveToken | undefined
  /** The answer, if it may stand in while the service gives none. */
  readonly stale: (key: string) => ActiveToken | undefined
  /** Tells whether the token has been alive here before. */
  readonly knows: (key: string) => boolean
  readonly refusal: (key: string) => InactiveToken | undefined
  readonly keep: (key: string, answer: LiveAnswer) => void
  readonly refuse: (key: string, refusal: InactiveToken) => void
  readonly forget: (key: string) => void
  readonly sizes: () => { readonly entries: number; readonly refusals: number }
  readonly clear: () => void
}

type Settings = Pick<
  VerifierSettings,
  'maxEntries' | 'maxRefusals' | 'revocationWindowMs' | 'refusalWindowMs' | 'serveStaleForMs' | 'now'
>

/** Every caller gets the same object, so none may change it. Without recursion, which a deep answer could exhaust. */
function freeze<Value extends object>(value: Value): Value {
  const parts: unknown[] = [value]
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) continue
    Object.freeze(part)
    parts.push(...(Object.values(part) as unknown[]))
  }
  return value
}

/** Dates an answer. */
export function dateAnswer(
  token: string,
  result: ActiveToken,
  askedAt: number,
  { revocationWindowMs }: Pick<Settings, 'revocationWindowMs'>,
): LiveAnswer {
  const expiresAt = readTokenExpiry(token) ?? Infinity
  return {
    result: freeze(result),
    askedAt,
    expiresAt,
    freshUntil: Math.min(askedAt + revocationWindowMs, expiresAt),
  }
}

/** Both spaces hold at most twice the size that QuickLRU is given. */
export function createAnswerMemory(settings: Settings): AnswerMemory {
  const { maxEntries, maxRefusals, refusalWindowMs, serveStaleForMs, now } = settings
  const live = new QuickLRU<string, LiveAnswer>({ maxSize: Math.floor(maxEntries / 2) })
  const refused = new QuickLRU<string, { readonly refusal: InactiveToken; readonly refusedAt: number }>({
    maxSize: Math.floor(maxRefusals / 2),
  })

  return {
    fresh(key) {
      const answer = live.get(key)
      if (answer === undefined) return undefined
      const time = now()
      // A clock that was set back must not make an answer live longer.
      return time < answer.freshUntil && time >= answer.askedAt ? answer.result : undefined
    },
    stale(key) {
      const answer = live.get(key)
      if (answer === undefined) return undefined
      const time = now()
      const staleUntil = Math.min(answer.askedAt + serveStaleForMs, answer.expiresAt)
      return time < staleUntil && time >= answer.askedAt ? answer.result : undefined
    },
    knows: (key) => live.has(key),
    refusal(key) {
      const entry = refused.get(key)
      const age = entry ? now() - entry.refusedAt : -1
      return age >= 0 && age < refusalWindowMs ? entry?.refusal : undefined
    },
    keep(key, answer) {
      // A refusal that came after the question knows better.
      const refusedAt = refused.peek(key)?.refusedAt ?? -Infinity
      if (now() < answer.freshUntil && refusedAt < answer.askedAt) live.set(key, answer)
    },
    refuse(key, refusal) {
      live.delete(key)
      refused.set(key, { refusal: freeze(refusal), refusedAt: now() })
    },
    forget: (key) => void live.delete(key),
    sizes: () => ({ entries: live.size, refusals: refused.size }),
    clear() {
      live.clear()
      refused.clear()
    },
  }
}
