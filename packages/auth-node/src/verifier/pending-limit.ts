import { AuthNetworkError } from '@tokenward/auth-core'

/** Runs a check, unless too many wait already. */
export type PendingLimit = <Result>(check: () => Promise<Result>) => Promise<Result>

/**
 * Bounds how many checks wait for the service at once: while it answers late or not at all, made-up tokens would fill the memory, each
 * until its deadline.
 *
 * @returns a function that throws an `AuthNetworkError` with the reason `TOO_MANY_PENDING` in place of the check that is one too many
 */
export function createPendingLimit(maxPending: number): PendingLimit {
  let pending = 0
  return async (check) => {
    if (pending >= maxPending) throw new AuthNetworkError('verifyToken', 'TOO_MANY_PENDING')
    pending += 1
    try {
      return await check()
    } finally {
      pending -= 1
    }
  }
}
