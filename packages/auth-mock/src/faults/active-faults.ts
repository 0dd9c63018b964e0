import type { Arrival } from '../http/answer.ts'
import { credentialsOf } from '../http/received-request.ts'
import { assertFault, longestDelayMs, type Fault } from './fault.ts'
import type { Operation } from '../service/operations.ts'

/** The faults of one mock, oldest first: the first that matches a request is the one that hits it. */
export interface FaultBox {
  /** Adds a fault; calling the result removes it. */
  readonly add: (fault: Fault) => () => void
  /** Takes the fault for a request, counting it. */
  readonly take: (operation: Operation, arrival: Arrival) => TakenFault | undefined
  readonly clear: () => void
}

/** A fault that hits, with its draws made. */
export interface TakenFault {
  readonly fault: Fault
  readonly delayMs: number
}

export const createFaultBox = (now: () => number): FaultBox => {
  const active = new Set<{ fault: Fault; left: number; until: number; draw: () => number }>()

  return {
    add(fault) {
      assertFault(fault)
      const { times = Infinity, forMs = Infinity, seed = 1 } = fault
      const entry = { fault, left: times, until: now() + forMs, draw: createDraw(seed) }
      active.add(entry)
      return () => void active.delete(entry)
    },
    take(operation, arrival) {
      for (const entry of active) {
        const { revocation, token, probability = 1, delayMs = 0, jitterMs = 0 } = entry.fault
        const { operation: only = revocation ? 'revokeToken' : operation } = entry.fault
        if (now() >= entry.until || entry.left <= 0) active.delete(entry)
        else if (only !== operation || (token !== undefined && !credentialsOf(arrival).includes(token)))
          continue
        else if (entry.draw() < probability) {
          entry.left -= 1
          return {
            fault: entry.fault,
            delayMs: Math.min(delayMs + entry.draw() * jitterMs, longestDelayMs),
          }
        }
      }
      return undefined
    },
    clear: () => active.clear(),
  }
}

// mulberry32: the smallest generator that can be seeded; Math.random cannot.
const createDraw = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}
