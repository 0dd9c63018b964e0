// One listener a signal, however many calls wait for it: Node warns of a leak from the eleventh on.
const listeners = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls a function when a signal is aborted, with one listener for all functions of a signal.
 *
 * @returns a function that takes it away again
 *
 * @example
 * ```ts
 * const stopListening = onAbort(signal, () => reject(signal.reason))
 * work.then(resolve, reject).finally(stopListening)
 * ```
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const waiting = listeners.get(signal) ?? new Set<() => void>()
  waiting.add(listener)
  listeners.set(signal, waiting)
  // Changes nothing where it listens already.
  signal.addEventListener('abort', notify)
  return () => {
    if (waiting.delete(listener) && waiting.size === 0) signal.removeEventListener('abort', notify)
  }
}

function notify(event: Event): void {
  const waiting = listeners.get(event.currentTarget as AbortSignal) ?? []
  for (const listener of waiting) listener()
}
