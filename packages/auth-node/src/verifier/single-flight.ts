import { AuthTimeoutError, isAuthError, onAbort } from '@tokenward/auth-core'
import type { Clock, Moment } from '../memory/clock.ts'
import type { VerifyTokenOptions } from './token-verifier.ts'

/** Lets concurrent calls for one key share one piece of work. */
export interface SingleFlight<Result> {
  /** Waits for the work of this key, which is started unless it is under way. */
  readonly run: (
    key: string,
    options: VerifyTokenOptions,
    work: (signal: AbortSignal) => Promise<Result>,
  ) => Promise<Result>
  /** Lets no further call join the work of this key that is under way. */
  readonly forget: (key: string) => void
  readonly size: () => number
  readonly clear: () => void
}

export interface SingleFlightSettings {
  /** Whether calls share work at all. */
  readonly shareRequests: boolean
  /** Work that has been under way for longer is not joined: its answer may be from before the window. */
  readonly revocationWindowMs: number
}

/** Work that is under way, and the number of calls that wait for it. */
interface Flight<Result> {
  readonly controller: AbortController
  readonly result: Promise<Result>
  readonly startedAt: Moment
  waiting: number
  /** What the work has failed with. */
  failure?: unknown
}

/** How long a call waits; `givenMs` is what its caller has asked for. */
interface Wait extends VerifyTokenOptions {
  readonly givenMs?: number
}

/**
 * Waits for a flight until the caller leaves, by its signal or its time; the last caller to leave aborts the work.
 *
 * @throws {AuthTimeoutError} when the caller's own `timeoutMs` is over first
 * @throws the reason of the caller's signal, when that is aborted first
 */
function join<Result>(flight: Flight<Result>, { signal, timeoutMs, givenMs }: Wait): Promise<Result> {
  flight.waiting += 1
  if (!signal && timeoutMs === undefined) return flight.result
  return new Promise((resolve, reject) => {
    const leave = (reason: unknown): void => {
      stop()
      reject(reason)
      flight.waiting -= 1
      if (flight.waiting === 0) flight.controller.abort(reason)
    }
    const stopListening = signal && onAbort(signal, () => leave(signal.reason))
    const onTimeout = (): void => leave(new AuthTimeoutError('verifyToken', givenMs ?? timeoutMs ?? 0))
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
    const stop = (): void => {
      clearTimeout(timer)
      stopListening?.()
    }
    flight.result.then(resolve, reject).finally(stop)
  })
}

/** @param onJoin called for each call that joins work under way */
export function createSingleFlight<Result>(
  { shareRequests, revocationWindowMs }: SingleFlightSettings,
  clock: Clock,
  onJoin: () => void,
): SingleFlight<Result> {
  const flights = new Map<string, Flight<Result>>()

  function start(key: string, work: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const controller = new AbortController()
    const startedAt = clock.read()
    const result = work(controller.signal)
    const flight: Flight<Result> = { controller, result, startedAt, waiting: 0 }
    const end = (): void => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    const fail = (error: unknown): void => {
      flight.failure = error
      end()
    }
    // Before any caller goes on. Also handles a failure that no caller waits for any more, which would end the process.
    result.then(end, fail)
    if (shareRequests) flights.set(key, flight)
    return flight
  }

  /**
   * Waits for a flight that an earlier call started. The client's deadline for it began before this call did. So when that deadline passes
   * and this call has time left, the call waits for another flight.
   */
  async function joinLate(
    flight: Flight<Result>,
    key: string,
    wait: Wait,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const joinedAt = performance.now()
    try {
      return await join(flight, wait)
    } catch (error) {
      if (error !== flight.failure || !isAuthError(error) || error.code !== 'timeout') throw error
      const { timeoutMs = error.timeoutMs, givenMs = timeoutMs, signal } = wait
      const restMs = timeoutMs - (performance.now() - joinedAt)
      if (restMs < 1) throw error
      return run(key, { signal, timeoutMs: restMs, givenMs }, work)
    }
  }

  function run(key: string, wait: Wait, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const flight = flights.get(key)
    if (!flight || flight.controller.signal.aborted || clock.ageOf(flight.startedAt) >= revocationWindowMs)
      return join(start(key, work), wait)
    onJoin()
    return joinLate(flight, key, wait, work)
  }

  return {
    run,
    forget: (key) => void flights.delete(key),
    size: () => flights.size,
    clear: () => flights.clear(),
  }
}
