import { AuthNetworkError } from '@tokenward/auth-core'
import { createWaitingLine } from '../memory/waiting-line.ts'

/** Runs a check in its turn, unless too many wait already. */
export type PendingLimit = <Result>(check: () => Promise<Result>, signal: AbortSignal) => Promise<Result>

/** How long a check waits for its turn, in milliseconds. */
const patienceMs = 5_000

/**
 * Bounds how many checks of new tokens wait for the service at once: while it answers late or not at all, made-up tokens would fill the
 * memory, each until its deadline, and every connection, so that nothing else came through.
 *
 * @param maxPending how many wait, with those that the service is asked about
 * @param mostAsked how many of them the service is asked about at once; the others wait for their turn
 * @returns a function that throws an `AuthNetworkError` with the reason `TOO_MANY_PENDING` in place of a check that is one too many, or
 * whose turn does not come in five seconds; and the reason of the signal, when that is aborted first
 */
export function createPendingLimit(maxPending: number, mostAsked: number): PendingLimit {
  const line = createWaitingLine<() => void>()
  let pending = 0
  let asked = 0
  const tooMany = (): AuthNetworkError => new AuthNetworkError('verifyToken', 'TOO_MANY_PENDING')

  function takeTurn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (reason: unknown): void => {
        stop()
        line.remove(begin)
        reject(reason)
      }
      const begin = (): void => {
        stop()
        resolve()
      }
      const onAbort = (): void => leave(signal.reason)
      const timer = setTimeout(() => leave(tooMany()), patienceMs)
      const stop = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
      }
      signal.addEventListener('abort', onAbort)
      line.add(begin)
      if (signal.aborted) onAbort()
    })
  }

  /** Hands the turn on. */
  function endTurn(): void {
    const begin = line.take()
    if (begin) begin()
    else asked -= 1
  }

  return async (check, signal) => {
    if (pending >= maxPending) throw tooMany()
    pending += 1
    try {
      if (asked < mostAsked) asked += 1
      else await takeTurn(signal)
      try {
        return await check()
      } finally {
        endTurn()
      }
    } finally {
      pending -= 1
    }
  }
}
