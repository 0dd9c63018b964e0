import { credentialsOf, type ReceivedRequest } from '../http/received-request.ts'
import type { Operation } from '../service/operations.ts'
import { longestDelayMs, readFault, type Fault } from './fault.ts'

/** A fault that is in force. */
export interface ActiveFault {
  /** What `DELETE /__mock/faults/{id}` takes. */
  readonly id: string
  readonly fault: Fault
  /** How many requests it has hit. */
  readonly hits: number
}

/** A fault that hits a request, with its draws made. */
export interface TakenFault {
  readonly fault: Fault
  readonly delayMs: number
}

/** The faults of one mock, oldest first: the first that matches a request is the one that hits it. */
export interface ActiveFaults {
  /** Adds a fault and returns its id. */
  readonly add: (fault: Fault) => string
  /** Removes a fault. Returns false for an id that was never given; a fault that is used up counts as removed. */
  readonly remove: (id: string) => boolean
  readonly all: () => readonly ActiveFault[]
  /** Takes the fault for a request, and counts it. */
  readonly take: (operation: Operation, request: ReceivedRequest) => TakenFault | undefined
  readonly clear: () => void
}

interface Entry {
  readonly fault: Fault
  readonly until: number
  readonly draw: () => number
  hits: number
}

/** Creates the list of one mock. */
export function createActiveFaults(now: () => number): ActiveFaults {
  const entries = new Map<string, Entry>()
  let lastId = 0

  function isOver({ fault: { times = Infinity }, hits, until }: Entry): boolean {
    return hits >= times || now() >= until
  }

  return {
    add(given) {
      const fault = readFault(given)
      const { forMs = Infinity, seed = 1 } = fault
      lastId += 1
      const id = String(lastId)
      entries.set(id, { fault, until: now() + forMs, draw: createDraw(seed), hits: 0 })
      return id
    },
    remove(id) {
      entries.delete(id)
      return /^[1-9]\d*$/.test(id) && Number(id) <= lastId
    },
    all: () =>
      Array.from(entries)
        .filter(([, entry]) => !isOver(entry))
        .map(([id, { fault, hits }]) => ({ id, fault: { ...fault }, hits })),
    take(operation, request) {
      for (const [id, entry] of entries) {
        const { revocation, token, probability = 1, delayMs = 0, jitterMs = 0 } = entry.fault
        const { operation: only = revocation === undefined ? operation : 'revokeToken' } = entry.fault
        if (isOver(entry)) entries.delete(id)
        else if (only !== operation || (token !== undefined && !credentialsOf(request).includes(token)))
          continue
        else if (entry.draw() < probability) {
          entry.hits += 1
          const delay = Math.min(delayMs + entry.draw() * jitterMs, longestDelayMs)
          return { fault: entry.fault, delayMs: delay }
        }
      }
      return undefined
    },
    clear: () => entries.clear(),
  }
}

// mulberry32, a small generator that can be seeded, which Math.random cannot.
function createDraw(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
