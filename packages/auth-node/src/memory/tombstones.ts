import { readTokenExpiry } from '@tokenward/auth-core'
import { createDropOldest } from './drop-oldest.ts'
import { createSweep } from './sweep.ts'

/** Revocations by the tokens' keys, each remembered for as long as its token could be mistaken for an active one. */
export interface Tombstones {
  /** Tells whether a token is known to be revoked. */
  readonly has: (key: string) => boolean
  /** Remembers a revocation until a time in milliseconds, by the clock that it was given; never shortens one. */
  readonly add: (key: string, until: number) => void
  readonly size: () => number
}

/** A tombstone outlives its token by this, because clocks differ. */
export const marginMs = 300_000
const longestMs = 31_536_000_000

/** When a revocation may be forgotten, in milliseconds since the epoch: `opaqueMs` from now where the token names no expiry. */
export function tombstoneEnd(token: string, time: number, opaqueMs: number): number {
  const restMs = (readTokenExpiry(token) ?? time + opaqueMs) - time
  return time + Math.min(Math.max(restMs, 0) + marginMs, longestMs)
}

/**
 * @param most how many are kept; the oldest is dropped for one more
 * @param now the clock, in milliseconds; `add` counts by it
 */
export function createTombstones(most: number, now: () => number): Tombstones {
  // V8 keeps whole seconds unboxed, which saves 16 bytes for each.
  const ends = new Map<string, number>()
  const dropOldest = createDropOldest(ends, most)
  const sweep = createSweep(ends, (end) => end * 1_000 <= now())

  return {
    has(key) {
      return (ends.get(key) ?? 0) * 1_000 > now()
    },
    add(key, until) {
      // A store of the user's own may deliver NaN, which counts as 0.
      ends.set(key, Math.max(ends.get(key) ?? 0, Math.ceil(until / 1_000) || 0))
      sweep()
      dropOldest()
    },
    size: () => ends.size,
  }
}
