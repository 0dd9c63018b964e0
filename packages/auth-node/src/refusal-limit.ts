/** Keeps a flood of made-up tokens from the service. */
export interface RefusalLimit {
  /** Tells whether the service may be asked about a token that is new here. */
  readonly allows: () => boolean
  /** Counts a token that the service has refused. */
  readonly count: () => void
}

/** @param most how many refusals in one second exhaust it; it is whole again in the next */
export function createRefusalLimit(most: number, now: () => number): RefusalLimit {
  let second = 0
  let refusals = 0

  function current(): number {
    const time = Math.floor(now() / 1_000)
    if (time !== second) {
      second = time
      refusals = 0
    }
    return refusals
  }

  return {
    allows: () => current() < most,
    count: () => {
      refusals = current() + 1
    },
  }
}
