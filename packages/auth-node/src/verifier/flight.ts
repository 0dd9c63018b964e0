import { AuthTimeoutError } from '@tokenward/auth-core'

/** How long one caller waits. */
export interface VerifyTokenOptions {
  /** Ends this caller's wait; the promise then rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** Ends this caller's wait with an `AuthTimeoutError`, in milliseconds; 1 to 2,147,483,647. @default the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined
}

/** Work that any number of callers wait for. */
export interface Flight<Result> {
  /** Waits for the result. Leaving early ends this wait alone; the last one to leave aborts the work. */
  readonly join: (wait: VerifyTokenOptions) => Promise<Result>
  /** Aborted once everybody has left. */
  readonly signal: AbortSignal
}

/**
 * Starts the work.
 *
 * @param onEnd called when the work has ended, before anybody who waits for it goes on
 */
export function createFlight<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  onEnd: () => void,
): Flight<Result> {
  const controller = new AbortController()
  let waiting = 0
  const landed = work(controller.signal)
  // Also keeps a failure that nobody waits for any more from ending the process.
  landed.then(onEnd, onEnd)

  return {
    signal: controller.signal,
    join({ signal, timeoutMs }) {
      waiting += 1
      if (!signal && timeoutMs === undefined) return landed
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
        }
        const leave = (reason: unknown): void => {
          stop()
          reject(reason)
          waiting -= 1
          if (waiting === 0) controller.abort(reason)
        }
        const onAbort = (): void => leave(signal?.reason)
        const onTimeout = (): void => leave(new AuthTimeoutError('verifyToken', timeoutMs ?? 0))
        const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
        signal?.addEventListener('abort', onAbort)
        landed.then(resolve, reject).finally(stop)
      })
    },
  }
}
