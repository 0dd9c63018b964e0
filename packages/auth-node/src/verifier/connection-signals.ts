// The signals that tell of the end of connections: a token is watched for as long as one of its connections is open.
import { addOne, listOf, type OneOrMany, removeOne } from '../memory/one-or-many.ts'

/** A token that is watched for connections. */
export interface Held {
  /** The token is watched until all of these are aborted. */
  signals: OneOrMany<AbortSignal>
  /** Whether a connection is watched that names no end. */
  isEndless: boolean
}

/** Which tokens are held by which signals. */
export interface ConnectionSignals<Token extends Held> {
  readonly add: (held: Token, until: AbortSignal) => void
  /** Stops listening for a token that is no longer watched. */
  readonly removeAll: (held: Token) => void
}

/**
 * Listens to the signals of connections.
 *
 * @param letGo called once the last signal of a token is aborted
 */
export function createConnectionSignals<Token extends Held>(
  letGo: (held: Token) => void,
): ConnectionSignals<Token> {
  const heldUntil = new WeakMap<AbortSignal, OneOrMany<Token>>()

  // One function for all signals: a closure for each connection would cost 100 bytes.
  function onUntil(event: Event): void {
    // The function is only ever given to signals.
    const until = event.target as AbortSignal
    for (const held of listOf(heldUntil.get(until))) {
      held.signals = removeOne(held.signals, until)
      if (held.signals === undefined && !held.isEndless) letGo(held)
    }
  }

  return {
    add(held, until) {
      // Of one function, a signal has one listener, however often it is added.
      until.addEventListener('abort', onUntil)
      heldUntil.set(until, addOne(heldUntil.get(until), held))
      held.signals = addOne(held.signals, until)
    },
    removeAll(held) {
      for (const until of listOf(held.signals)) {
        const others = removeOne(heldUntil.get(until), held)
        if (others) heldUntil.set(until, others)
        else {
          heldUntil.delete(until)
          until.removeEventListener('abort', onUntil)
        }
      }
    },
  }
}
