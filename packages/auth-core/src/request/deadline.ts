import { AuthTimeoutError, type OperationName } from '../errors/errors.ts'
import { onAbort } from './abort-listeners.ts'

/** The time of one call of the user, however many requests it takes. */
export interface Deadline {
  /** What is left of the time, in milliseconds. */
  leftMs(): number
  /**
   * Whether a `run` has ended because the whole time was up, or because the caller had given up: then nothing more may be tried. Between
   * two runs it looks at neither the clock nor the caller's signal.
   */
  isOver(): boolean
  /**
   * Waits for a piece of work, at most for its share of the time. Settles at the end of the share also where the work ignores its signal.
   *
   * @throws {AuthTimeoutError} when the share passes first; it tells the time of the whole call when all of that has passed
   * @throws the caller's own reason, untouched, when the caller's signal is aborted first
   */
  run<Result>(shareMs: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>
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

  function run<Result>(shareMs: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const left = leftMs()
    const isLastShare = shareMs >= left
    const controller = new AbortController()
    return new Promise((resolve, reject) => {
      const stop = (reason: unknown, isFinal: boolean): void => {
        isOver ||= isFinal
        cleanUp()
        reject(reason)
        controller.abort(reason)
      }
      const onTime = (): void => {
        const toldMs = isLastShare ? timeoutMs : Math.round(shareMs)
        stop(new AuthTimeoutError(operation, toldMs), isLastShare)
      }
      const timer = setTimeout(onTime, isLastShare ? left : shareMs)
      const stopListening = callerSignal && onAbort(callerSignal, () => stop(callerSignal.reason, true))
      const cleanUp = (): void => {
        clearTimeout(timer)
        stopListening?.()
      }
      const settle =
        <Value>(finish: (value: Value) => void) =>
        (value: Value): void => {
          cleanUp()
          return finish(value)
        }
      work(controller.signal).then(settle<Result>(resolve), settle(reject))
    })
  }

  async function pause(ms: number): Promise<boolean> {
    if (ms >= leftMs()) return false
    await run(Infinity, (signal) => sleep(ms, signal))
    return true
  }

  return { leftMs, isOver: () => isOver, run, pause }
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
