import { readTokenExpiry } from '@tokenward/auth-core'
import { createBound } from './drop-oldest.ts'

/** The revocations that are remembered, each for as long as its token could be mistaken for a live one. */
export interface Tombstones {
  /** Tells whether a token is known to be revoked. */
  readonly has: (key: string) => boolean
  /** Remembers a revocation until a time in milliseconds since the epoch; never shortens one. */
  readonly add: (key: string, until: number) => void
  readonly size: () => number
  readonly clear: () => void
}

/** Clocks differ, so a tombstone outlives its token. */
const marginMs = 300_000
const longestMs = 31_536_000_000

/** When a revocation may be forgotten, in milliseconds since the epoch: `opaqueMs` from now where the token names no expiry. */
export function tombstoneEnd(token: string, time: number, opaqueMs: number): number {
  const restMs = (readTokenExpiry(token) ?? time + opaqueMs) - time
  return time + Math.min(Math.max(restMs, 0) + marginMs, longestMs)
}

/** @param most how many are kept; beyond it the oldest goes */
export function createTombstones(most: number, now: () => number): Tombstones {
  // Whole seconds stay unboxed in V8, which saves 16 bytes each.
  const ends = new Map<string, number>()
  const bound = createBound(ends, most)
  let sweep = ends.entries()

  /** Looks at two of them for each one added, so that the dead are gone before the map has doubled, and no timer is needed. */
  function sweepOn(): void {
    for (let step = 0; step < 2; step += 1) {
      const { value, done } = sweep.next()
      if (done) sweep = ends.entries()
      else if (value[1] * 1_000 <= now()) ends.delete(value[0])
    }
  }

  return {
    has(key) {
      const end = ends.get(key)
      return end !== undefined && end * 1_000 > now()
    },
    add(key, until) {
      // What a store delivers may be no number.
      ends.set(key, Math.max(ends.get(key) ?? 0, Math.ceil(until / 1_000) || 0))
      sweepOn()
      bound()
    },
    size: () => ends.size,
    clear: () => ends.clear(),
  }
}
