/** Decides whether an overloaded service may be asked again. */
export interface RetryBudget {
  /** Notes that the service answered without asking for less load. */
  earn(): void
  /** Takes one retry; `false` when there is none left. */
  spend(): boolean
}

const capacity = 10
const earnedPerAnswer = 0.1

/**
 * Creates the budget of one client: ten retries at first, and one more for every ten answers that came through. A service that answers
 * 429 to everything thus gets a tenth more load, not three times as much.
 *
 * One for all calls of the client, because they share the service that is overloaded. A caller whose requests always fail can use up the
 * retries of the others, never their requests.
 *
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs
 */
export function createRetryBudget(): RetryBudget {
  let left = capacity
  return {
    earn: () => {
      left = Math.min(capacity, left + earnedPerAnswer)
    },
    spend: () => {
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
