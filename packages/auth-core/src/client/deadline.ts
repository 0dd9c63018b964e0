import { AuthTimeoutError, type OperationName } from '../errors/errors.ts'

/** The time that one call of the user has, however many requests it takes. */
export interface Deadline {
  /** Aborted when the deadline has passed or the caller has given up. */
  readonly signal: AbortSignal
  /** Waits; `false`, at once, when the deadline would pass before the wait is over. */
  readonly pause: (ms: number) => Promise<boolean>
  /** Makes the error for when the deadline passes. */
  late: () => Error
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
  let leave = (): void => undefined
  const deadline: Deadline = {
    signal: controller.signal,
    pause: async (ms) =>
      Date.now() + ms < endsAt && new Promise((resolve) => timers.push(setTimeout(resolve, ms, true))),
    late: () => new AuthTimeoutError(operation, timeoutMs),
  }
  try {
    return await new Promise<Result>((resolve, reject) => {
      const end = (reason: unknown): void => {
        reject(reason)
        controller.abort(reason)
      }
      leave = () => end(callerSignal?.reason)
      callerSignal?.addEventListener('abort', leave)
      timers.push(setTimeout(() => end(deadline.late()), timeoutMs))
      work(deadline).then(resolve, reject)
    })
  } finally {
    timers.forEach(clearTimeout)
    callerSignal?.removeEventListener('abort', leave)
  }
}
