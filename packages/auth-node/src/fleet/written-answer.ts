import { type ActiveToken, vouchesForToken } from '@tokenward/auth-core'
import { freezeDeeply } from '../memory/token-cache.ts'
import type { SharedAnswer } from './revocation-store.ts'

/** What is written for an active token. Ages and not times, because the clocks of two machines differ. */
export interface WrittenAnswer {
  readonly result: ActiveToken
  /** How old the answer was when it was written. */
  readonly ageMs: number
  /** How long the store was told to keep it. */
  readonly ttlMs: number
}

/** Reads an answer of the store, and believes it no more than an answer of the service. */
export function parseAnswer({
  value,
  remainingMs,
}: SharedAnswer): { result: ActiveToken; ageMs: number } | undefined {
  const { result, ageMs, ttlMs } = JSON.parse(value) as Partial<Record<keyof WrittenAnswer, unknown>>
  if (!isActiveToken(result)) return undefined
  if (typeof ageMs !== 'number' || typeof ttlMs !== 'number' || !(ageMs >= 0)) return undefined
  return { result: freezeDeeply(result), ageMs: ageMs + Math.max(0, ttlMs - remainingMs) }
}

/** What was written is an answer that has been judged: it says itself that the token is active. */
const isActiveToken = (value: unknown): value is ActiveToken =>
  vouchesForToken(value) && 'active' in value && value.active === true
