import { assertListener } from '../session/session.ts'
import type { SessionEvent } from './session-lifecycle.ts'

/** The listeners of a session. */
export interface SessionListeners {
  /** Calls each listener in a microtask of its own, unless it has been removed by then. */
  readonly report: (event: SessionEvent) => void
  readonly listen: (listener: (event: SessionEvent) => void) => () => void
  /** Ends all listeners, and those to come as well. */
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
  let isClosed = false
  return {
    report(event) {
      for (const hear of listeners)
        queueMicrotask(() => {
          if (listeners.has(hear)) hear(event)
        })
    },
    listen(listener) {
      assertListener(listener)
      if (isClosed) return () => undefined
      // The same function twice is two listeners.
      const hear = (event: SessionEvent): void => listener(event)
      listeners.add(hear)
      stopFollowing ??= follow()
      return () => {
        listeners.delete(hear)
        if (listeners.size > 0) return
        stopFollowing?.()
        stopFollowing = undefined
      }
    },
    close() {
      isClosed = true
      listeners.clear()
      stopFollowing?.()
    },
  }
}
