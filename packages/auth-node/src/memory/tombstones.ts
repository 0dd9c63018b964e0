import { readTokenExpiry } from '@tokenward/auth-core'
import { createDropOldest } from './drop-oldest.ts'

/** Revocations by the tokens' keys, each remembered for as long as its token could be mistaken for an active one. */
export interface Tombstones {
  /** Tells whether a token is known to be revoked. */
  readonly has: (key: string) => boolean
  /** Remembers a revocation until a time in milliseconds, by the clock that it was given; never shortens one. */
  readonly add: (key: string, until: number) => void
  readonly size: () => number
  readonly clear: () => void
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
  let sweep = ends.entries()

  /**
   * Checks the next two tombstones and deletes those that have ended. `add` calls it each time, so it has checked every tombstone by the
   * time the map has doubled, and no timer is needed.
   */
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
      // A store of the user's own may deliver NaN, which counts as 0.
      ends.set(key, Math.max(ends.get(key) ?? 0, Math.ceil(until / 1_000) || 0))
      sweepOn()
      dropOldest()
    },
    size: () => ends.size,
    clear: () => ends.clear(),
  }
}
