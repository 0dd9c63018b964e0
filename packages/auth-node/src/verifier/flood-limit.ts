/** Keeps a flood of made-up tokens from the service. */
export interface RefusalLimit {
  /** Counts a token that is new here, and tells whether the service may be asked about it. */
  readonly allows: () => boolean
  /** Counts a token that the service has refused. */
  readonly count: () => void
  /** Counts a token that was new here, and that the service has called alive. */
  readonly countLive: () => void
}

/** @param most how many refusals in one second exhaust it; it is whole again in the next, unless the flood goes on */
export function createRefusalLimit(most: number, now: () => number): RefusalLimit {
  let second = 0
  let asked = 0
  let refusals = 0
  let live = 0
  let isFlood = false

  function turn(): void {
    const time = Math.floor(now() / 1_000)
    if (time === second) return
    // Over once most of those that were asked about are good; a service that is too busy to answer ends none.
    const goesOn = isFlood ? asked >= most / 2 && live <= most / 2 : refusals >= most
    isFlood = time === second + 1 && goesOn
    second = time
    asked = 0
    refusals = 0
    live = 0
  }

  return {
    allows() {
      turn()
      asked += 1
      // In a flood, any number can ask before the first is refused.
      return refusals < most && !(isFlood && asked > most)
    },
    count() {
      turn()
      refusals += 1
    },
    countLive() {
      turn()
      live += 1
    },
  }
}
