/** The functions to call for each signal: all of them behind one listener, because Node warns about more than ten. */
const callbacks = new WeakMap<AbortSignal, Set<(reason: unknown) => void>>()

/**
 * Calls a function when a signal is aborted.
 *
 * @returns a function that ends it
 */
export function onAbort(signal: AbortSignal, callback: (reason: unknown) => void): () => void {
  const known = callbacks.get(signal)
  const all = known ?? new Set()
  if (!known) {
    callbacks.set(signal, all)
    signal.addEventListener('abort', () => {
      for (const each of all) each(signal.reason)
    })
  }
  // A function of its own, so that one callback can be given twice.
  const own = (reason: unknown): void => callback(reason)
  all.add(own)
  return () => void all.delete(own)
}
