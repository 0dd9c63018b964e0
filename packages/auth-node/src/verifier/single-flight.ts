import { AuthTimeoutError } from '@tokenward/auth-core'
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
}

/**
 * Waits for a flight until the caller leaves, by its signal or its time; the last caller to leave aborts the work.
 *
 * @throws {AuthTimeoutError} when the caller's own `timeoutMs` is over first
 * @throws the reason of the caller's signal, when that is aborted first
 */
function join<Result>(flight: Flight<Result>, { signal, timeoutMs }: VerifyTokenOptions): Promise<Result> {
  flight.waiting += 1
  if (!signal && timeoutMs === undefined) return flight.result
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const leave = (reason: unknown): void => {
      stop()
      reject(reason)
      flight.waiting -= 1
      if (flight.waiting === 0) flight.controller.abort(reason)
    }
    const onAbort = (): void => leave(signal?.reason)
    const onTimeout = (): void => leave(new AuthTimeoutError('verifyToken', timeoutMs ?? 0))
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
    signal?.addEventListener('abort', onAbort)
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
    // Before any caller goes on. Also handles a failure that no caller waits for any more, which would end the process.
    result.then(end, end)
    if (shareRequests) flights.set(key, flight)
    return flight
  }

  return {
    run(key, options, work) {
      const flight = flights.get(key)
      if (!flight || flight.controller.signal.aborted || clock.ageOf(flight.startedAt) >= revocationWindowMs)
        return join(start(key, work), options)
      onJoin()
      return join(flight, options)
    },
    forget: (key) => void flights.delete(key),
    size: () => flights.size,
    clear: () => flights.clear(),
  }
}
