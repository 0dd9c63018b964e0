/** The pauses between tries to deliver a revocation, in milliseconds: each twice the one before, at random up to twice as long. */
export interface RetryPause {
  /** The pause after a try that failed. */
  readonly next: () => number
  /** Begins anew, after a try that succeeded. */
  readonly reset: () => void
}

const shortestMs = 500
const longestMs = 256_000

export function createRetryPause(): RetryPause {
  let pauseMs = shortestMs
  return {
    next() {
      const now = pauseMs
      pauseMs = Math.min(2 * pauseMs, longestMs)
      return now * (1 + Math.random())
    },
    reset() {
      pauseMs = shortestMs
    },
  }
}
