import type { SessionEvent } from './session-lifecycle.ts'

/** The listeners of a session. */
export interface SessionListeners {
  /** Calls each listener in a microtask of its own, unless it has been removed by then. */
  readonly report: (event: SessionEvent) => void
  readonly listen: (listener: (event: SessionEvent) => void) => () => void
  readonly close: () => void
}

/**
 * Keeps the listeners of a session.
 *
 * @param follow looks for changes of the session; called with the first listener, and stopped with the last
 */
export function createSessionListeners(follow: () => () => void): SessionListeners {
  const listeners = new Set<(event: SessionEvent) => void>()
  let stopFollowing: (() => void) | undefined
  return {
    report(event) {
      for (const listener of listeners)
        queueMicrotask(() => {
          if (listeners.has(listener)) listener(event)
        })
    },
    listen(listener) {
      listeners.add(listener)
      stopFollowing ??= follow()
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stopFollowing?.()
        stopFollowing = undefined
      }
    },
    close() {
      listeners.clear()
      stopFollowing?.()
    },
  }
}
