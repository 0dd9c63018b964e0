import type { OperationName } from '../errors/base-error.ts'
import { AuthTimeoutError } from '../errors/errors.ts'
import { createAbortController } from './abort-controller.ts'
import { onAbort } from './abort-listeners.ts'

/** The time of one call of the user, however many requests it takes. */
export interface Deadline {
  /**
   * Whether a `run` has ended because the whole time was up, or because the caller had given up: then nothing more may be tried. Between
   * two runs it looks at neither the clock nor the caller's signal.
   */
  isOver(): boolean
  /**
   * Waits for a piece of work: for all the time that is left if `isLast`, else for half of it, so that a connection whose peer has gone
   * away without a word leaves time for a new one. Settles at the end of that time also where the work ignores its signal.
   *
   * @throws {AuthTimeoutError} when the time passes first; it tells the time of the whole call when all of that has passed
   * @throws the caller's own reason, untouched, when the caller's signal is aborted first
   */
  run<Result>(isLast: boolean, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>
  /**
   * Waits.
   *
   * @returns `false`, at once, when the time would be up before the wait is over
   */
  pause(ms: number): Promise<boolean>
}

/**
 * Starts the clock of one call.
 *
 * @throws the caller's own reason when `callerSignal` is aborted already
 */
export function startDeadline(
  operation: OperationName,
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
): Deadline {
  if (callerSignal?.aborted) throw callerSignal.reason
  const startedAt = monotonicMs()
  let isOver = false
  const leftMs = (): number => timeoutMs - (monotonicMs() - startedAt)

  function run<Result>(isLast: boolean, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const left = Math.max(leftMs(), 0)
    const shareMs = isLast ? left : left / 2
    const controller = createAbortController()
    return new Promise((resolve, reject) => {
      const stop = (reason: unknown, isFinal: boolean): void => {
        isOver ||= isFinal
        cleanUp()
        reject(reason)
        controller.abort(reason)
      }
      const onTime = (): void => {
        // A process that was held up hears of the end of a share when all of the time is over.
        const isWholeTime = isLast || leftMs() <= 0
        const toldMs = isWholeTime ? timeoutMs : Math.round(shareMs)
        stop(new AuthTimeoutError(operation, toldMs), isWholeTime)
      }
      const timer = setTimeout(onTime, shareMs)
      const stopListening = callerSignal && onAbort(callerSignal, () => stop(callerSignal.reason, true))
      const cleanUp = (): void => {
        clearTimeout(timer)
        stopListening?.()
      }
      // A hook of the caller may have aborted it since the last run.
      if (callerSignal?.aborted) return stop(callerSignal.reason, true)
      // The process was held up between two runs.
      if (!left) return onTime()
      void work(controller.signal).then(resolve, reject).then(cleanUp)
    })
  }

  async function pause(ms: number): Promise<boolean> {
    if (ms >= leftMs()) return false
    await run(true, (signal) => sleep(ms, signal))
    return true
  }

  return { isOver: () => isOver, run, pause }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })
}

/** Milliseconds of a clock that is never set, where the platform has one. Looked up at each use, as fake timers expect. */
export function monotonicMs(): number {
  return (globalThis.performance as { now(): number } | undefined)?.now() ?? Date.now()
}
