import { AuthTimeoutError, type OperationName } from './errors.ts'

/** The time that one call of the user has, however many requests it takes. */
export interface Deadline {
  /** Aborted when the deadline has passed or the caller has given up. */
  readonly signal: AbortSignal
  /** Waits; `false`, at once, when the deadline would pass before the wait is over. */
  readonly pause: (ms: number) => Promise<boolean>
  /** Says what it means from now on when the deadline passes, in place of {@link AuthTimeoutError}. */
  readonly means: (late: () => Error) => void
}

/**
 * Runs work under one deadline. Settles at the deadline or at the caller's abort even where the work ignores its signal; a pause
 * of the work then never ends.
 *
 * @throws {AuthTimeoutError} when the deadline passes first
 * @throws the caller's own reason, untouched, when `callerSignal` is aborted first
 */
export async function withDeadline<Result>(
  operation: OperationName,
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  callerSignal?.throwIfAborted()
  const controller = new AbortController()
  const endsAt = Date.now() + timeoutMs
  const timers: ReturnType<typeof setTimeout>[] = []
  const pause = async (ms: number): Promise<boolean> =>
    Date.now() + ms < endsAt && new Promise((resolve) => timers.push(setTimeout(resolve, ms, true)))
  let leave = (): void => undefined
  let makeError = (): Error => new AuthTimeoutError(operation, timeoutMs)
  try {
    return await new Promise<Result>((resolve, reject) => {
      const end = (reason: unknown): void => {
        reject(reason)
        controller.abort(reason)
      }
      leave = () => end(callerSignal?.reason)
      callerSignal?.addEventListener('abort', leave)
      timers.push(setTimeout(() => end(makeError()), timeoutMs))
      work({ signal: controller.signal, pause, means: (late) => void (makeError = late) }).then(
        resolve,
        reject,
      )
    })
  } finally {
    timers.forEach(clearTimeout)
    callerSignal?.removeEventListener('abort', leave)
  }
}
