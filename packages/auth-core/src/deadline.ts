import { AuthTimeoutError, type OperationName } from './errors.ts'

/** The time that one call of the user has, however many requests it takes. */
export interface Deadline {
  /** Aborted when the deadline has passed or the caller has given up. */
  readonly signal: AbortSignal
  /** When the deadline passes, on the clock of `Date.now()`. */
  readonly endsAt: number
}

/**
 * Runs work under one deadline. Settles at the deadline or at the caller's abort even where the work ignores its signal.
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
  let timer: ReturnType<typeof setTimeout> | undefined
  let onAbort: (() => void) | undefined
  try {
    return await new Promise<Result>((resolve, reject) => {
      const end = (reason: unknown): void => {
        reject(reason)
        controller.abort(reason)
      }
      onAbort = () => end(callerSignal?.reason)
      callerSignal?.addEventListener('abort', onAbort)
      timer = setTimeout(() => end(new AuthTimeoutError(operation, timeoutMs)), timeoutMs)
      work({ signal: controller.signal, endsAt: Date.now() + timeoutMs }).then(resolve, reject)
    })
  } finally {
    clearTimeout(timer)
    if (onAbort) callerSignal?.removeEventListener('abort', onAbort)
  }
}

/**
 * Waits inside a deadline.
 *
 * @returns `false`, at once, when the deadline would pass before the wait is over
 */
export async function waitWithin(deadline: Deadline, ms: number): Promise<boolean> {
  if (Date.now() + ms >= deadline.endsAt) return false
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    deadline.signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve(undefined)
    })
  })
  deadline.signal.throwIfAborted()
  return true
}
