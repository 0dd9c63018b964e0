import { createDropOldest } from './drop-oldest.ts'
import { mostAheadMs } from './service-clock.ts'
import { createSweep } from './sweep.ts'

/** Ends of all sessions that a user had at a certain time, each remembered for as long as such a session could live. */
export interface CutOffs {
  /**
   * Tells whether a token of this user is dead.
   *
   * @param issuedAt when the token was issued, in milliseconds since the epoch; a token that does not say is dead
   */
  readonly rejects: (user: string, issuedAt: number | undefined) => boolean
  /** Remembers a cut-off, and tells whether it says anything new; never takes back what an earlier one of the same user said. */
  readonly add: (user: string, issuedBefore: number, until: number) => boolean
  readonly size: () => number
}

/**
 * @param most how many are kept; the oldest is dropped for one more
 * @param time the clock that `until` counts by, in milliseconds
 * @param now the clock that knows the date, in milliseconds since the epoch
 */
export function createCutOffs(most: number, time: () => number, now: () => number): CutOffs {
  const known = new Map<string, { readonly issuedBefore: number; readonly until: number }>()
  const dropOldest = createDropOldest(known, most)
  const sweep = createSweep(known, ({ until }) => until <= time())

  return {
    rejects(user, issuedAt) {
      const cutOff = known.get(user)
      if (!cutOff || cutOff.until <= time()) return false
      // A time that is far ahead, such as one in another unit, says as little as none.
      const isTime = issuedAt !== undefined && issuedAt <= now() + mostAheadMs
      return !(isTime && issuedAt > cutOff.issuedBefore)
    },
    add(user, issuedBefore, until) {
      // What has ended says nothing; a store of the user's own may deliver NaN.
      if (!(until > time()) || Number.isNaN(issuedBefore)) return false
      const older = known.get(user)
      const isNew = !older || issuedBefore > older.issuedBefore || !(older.until > time())
      const newest = Math.max(issuedBefore, older?.issuedBefore ?? issuedBefore)
      known.set(user, { issuedBefore: newest, until: Math.max(until, older?.until ?? until) })
      sweep()
      dropOldest()
      return isNew
    },
    size: () => known.size,
  }
}
