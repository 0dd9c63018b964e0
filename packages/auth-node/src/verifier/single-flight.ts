import { createFlight, type Flight, type VerifyTokenOptions } from './flight.ts'
import type { VerifierSettings } from './options.ts'

/** The work under way, by the tokens' keys. */
export interface Flights<Result> {
  /** Waits for the work of this key, which is started unless it is under way. */
  readonly board: (
    key: string,
    wait: VerifyTokenOptions,
    work: (signal: AbortSignal) => Promise<Result>,
  ) => Promise<Result>
  /** Lets nobody else board what is under way. */
  readonly forget: (key: string) => void
  readonly size: () => number
  readonly clear: () => void
}

/** @param onShared called for each wait that joins work under way */
export function createFlights<Result>(
  { shareRequests, revocationWindowMs, now }: VerifierSettings,
  onShared: () => void,
): Flights<Result> {
  const flights = new Map<string, { readonly flight: Flight<Result>; readonly startedAt: number }>()

  return {
    board(key, wait, work) {
      const underWay = flights.get(key)
      const ageMs = now() - (underWay?.startedAt ?? 0)
      // What has been under way for longer may bring an answer from before the window.
      if (underWay && !underWay.flight.signal.aborted && ageMs >= 0 && ageMs < revocationWindowMs) {
        onShared()
        return underWay.flight.join(wait)
      }
      const flight = createFlight(work, () => {
        if (flights.get(key)?.flight === flight) flights.delete(key)
      })
      if (shareRequests) flights.set(key, { flight, startedAt: now() })
      return flight.join(wait)
    },
    forget: (key) => void flights.delete(key),
    size: () => flights.size,
    clear: () => flights.clear(),
  }
}
