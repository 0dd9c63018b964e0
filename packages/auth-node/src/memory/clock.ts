/** One moment, as each clock showed it. */
export interface Moment {
  readonly now: number
  readonly wall: number
  readonly monotonic: number
}

/** The clocks of a verifier. Each is looked up at every use, so that fake timers move them. */
export interface Clock {
  /** The time of the option `now`, in milliseconds since the epoch. */
  readonly now: () => number
  /** The clock that is never set, in milliseconds from any time on: the option `now` where it is given, or the monotonic clock. */
  readonly steady: () => number
  readonly read: () => Moment
  /** How long ago a moment was, in milliseconds, by the clock that has run the furthest; `Infinity` once any clock was set back. */
  readonly ageOf: (moment: Moment) => number
  /** A moment so many milliseconds ago. */
  readonly before: (ageMs: number) => Moment
  /** How long it is until a time in milliseconds since the epoch, by the clock that is ahead of those that know the date. */
  readonly msUntil: (time: number) => number
  /** Tells whether that time has come. */
  readonly isPast: (time: number) => boolean
}

/** @param ownNow the option `now`; the wall clock where it is left out */
export function createClock(ownNow: (() => number) | undefined): Clock {
  const now = ownNow ?? (() => Date.now())
  const read = (): Moment => ({ now: now(), wall: Date.now(), monotonic: performance.now() })
  return {
    now,
    steady: ownNow ?? (() => performance.now()),
    read,
    ageOf(moment) {
      const wallAge = Date.now() - moment.wall
      const ownAge = ownNow ? ownNow() - moment.now : wallAge
      const age = performance.now() - moment.monotonic
      return wallAge < 0 || ownAge < 0 || age < 0 ? Infinity : Math.max(wallAge, ownAge, age)
    },
    before(ageMs) {
      const { now: own, wall, monotonic } = read()
      return { now: own - ageMs, wall: wall - ageMs, monotonic: monotonic - ageMs }
    },
    msUntil: (time) => time - Math.max(now(), Date.now()),
    isPast: (time) => Date.now() >= time || (ownNow !== undefined && ownNow() >= time),
  }
}

/**
 * Makes a function that tells whether a clock that knows the date has been set since its last call.
 *
 * @param toleranceMs how far the clocks may drift apart between two calls
 */
export function createJumpDetector(clock: Clock, toleranceMs: number): () => boolean {
  let last = clock.read()
  return () => {
    const { now, wall, monotonic } = last
    last = clock.read()
    const passedMs = last.monotonic - monotonic
    return [last.now - now, last.wall - wall].some((shownMs) => Math.abs(shownMs - passedMs) > toleranceMs)
  }
}
