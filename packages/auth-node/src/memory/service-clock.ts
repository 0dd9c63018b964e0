/** The clock of the service, as far as its tokens have shown it. */
export interface ServiceClock {
  /** Notes when a token that is active was issued. */
  readonly noteIssued: (issuedAt: number | undefined) => void
  /** What that clock shows at least, in milliseconds since the epoch; what this machine's clock shows, where that is later. */
  readonly now: () => number
}

/** A token that was issued later than this from now says no time that could be right. */
export const mostAheadMs = 86_400_000

/**
 * Learns how far the service's clock is ahead of this machine's: a token that was issued in the future shows it.
 *
 * @param now this machine's clock, in milliseconds since the epoch
 */
export function createServiceClock(now: () => number): ServiceClock {
  // What the service's clock has shown when `performance.now()` was 0, which no correction of this machine's clock changes.
  let start = -Infinity
  return {
    noteIssued(issuedAt) {
      if (issuedAt !== undefined && issuedAt <= now() + mostAheadMs)
        start = Math.max(start, issuedAt - performance.now())
    },
    now: () => Math.max(now(), start + performance.now()),
  }
}
