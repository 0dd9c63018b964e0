/** Keeps a flood of made-up tokens from the service. */
export interface FloodLimit {
  /** Counts a token that is new here, and tells whether the service may be asked about it. */
  readonly allows: () => boolean
  /** Counts a token that the service has refused. */
  readonly countRefusal: () => void
  /** Counts a token that was new here, and that the service has called active. */
  readonly countActive: () => void
}

/** @param most how many refusals in one second exhaust it; the next second starts anew, unless the flood goes on */
export function createFloodLimit(most: number, now: () => number): FloodLimit {
  let second = 0
  let asked = 0
  let refusals = 0
  let active = 0
  let isFlood = false

  function startSecond(): void {
    const time = Math.floor(now() / 1_000)
    if (time === second) return
    // A flood ends once most of the tokens that were asked about are active. A service that is too busy to answer ends none.
    const goesOn = isFlood ? asked >= most / 2 && active <= most / 2 : refusals >= most
    isFlood = time === second + 1 && goesOn
    second = time
    asked = 0
    refusals = 0
    active = 0
  }

  return {
    allows() {
      startSecond()
      asked += 1
      // In a flood the questions are counted as well: any number of them could be sent before the first refusal comes back.
      return refusals < most && !(isFlood && asked > most)
    },
    countRefusal() {
      startSecond()
      refusals += 1
    },
    countActive() {
      startSecond()
      active += 1
    },
  }
}
