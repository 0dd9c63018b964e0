/** Keeps a flood of made-up tokens from the service. */
export interface FloodLimit {
  /** Counts a token that is new here, and tells whether the service may be asked about it. */
  readonly allows: () => boolean
  /** Counts a token that the service has refused. */
  readonly countRefusal: () => void
  /** Counts a token that was new here, and that the service has called active. */
  readonly countActive: () => void
}

/**
 * A second with `limit` refusals begins a flood; for the rest of that second the service is asked about no new token. While the flood
 * goes on, it is asked about `limit` new tokens in each second at most.
 *
 * The flood ends after a second in which fewer than half of `limit` new tokens came, or in which the service called more than half of
 * `limit` active. A service that is too busy to answer does not end it.
 *
 * @param limit how many refusals in one second mean a flood
 * @param now the clock, in milliseconds
 */
export function createFloodLimit(limit: number, now: () => number): FloodLimit {
  let second = 0
  let came = 0
  let refusals = 0
  let active = 0
  let isFlood = false

  function startSecond(): void {
    const time = Math.floor(now() / 1_000)
    if (time === second) return
    const goesOn = isFlood ? came >= limit / 2 && active <= limit / 2 : refusals >= limit
    isFlood = time === second + 1 && goesOn
    second = time
    came = 0
    refusals = 0
    active = 0
  }

  return {
    allows() {
      startSecond()
      came += 1
      // In a flood the new tokens are counted as well: any number of them could be sent before the first refusal comes back.
      return refusals < limit && !(isFlood && came > limit)
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
