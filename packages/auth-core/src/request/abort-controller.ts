/** The part of a signal that a `fetch` may use. */
type Listener = () => void

/** Creates the platform's `AbortController`, or one that does what this package needs, where the platform has none. */
export function createAbortController(): AbortController {
  if (typeof AbortController === 'function') return new AbortController()
  const listeners = new Set<Listener>()
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_type: string, listener: Listener) => void listeners.add(listener),
    removeEventListener: (_type: string, listener: Listener) => void listeners.delete(listener),
  }
  const abort = (reason: unknown): void => {
    signal.aborted = true
    signal.reason = reason
    for (const listener of listeners) listener()
  }
  // What is left out, the methods of the class above all, no `fetch` of such a platform can expect.
  return { signal, abort } as unknown as AbortController
}
