/** Whether this process hears the store. */
export interface Attachment {
  /** Notes a word of the store, and for how long it holds, in milliseconds. */
  readonly note: (isAttached: boolean, againWithinMs: number) => void
  /** Tells whether revocations of the other processes may be missing. */
  readonly isIsolated: () => boolean
  /**
   * Where revocations may be missing, resolves once the store has told them, or after half a second, which is waited once for each
   * silence of the store. `undefined` where there is nothing to wait for.
   */
  readonly catchUp: () => Promise<void> | undefined
}

/** How long a check waits for a store that has told nothing yet, or nothing since this process was frozen. */
const catchUpMs = 500

export function createAttachment(): Attachment {
  let isAttached = false
  let isAttachedUntil = Infinity
  // The store has said that nothing is missing, or was waited for.
  let hasCaughtUp = false
  let catchingUp: Promise<void> | undefined
  let endCatchUp = (): void => undefined
  const isIsolated = (): boolean => !isAttached || performance.now() > isAttachedUntil

  return {
    isIsolated,
    note(state, againWithinMs) {
      const wasIsolated = isIsolated()
      isAttached = state
      isAttachedUntil = performance.now() + againWithinMs
      // The word may be old already: it was on its way while this process was frozen.
      if (!isIsolated()) endCatchUp()
      // A break that is noticed at once has hidden nothing so far.
      hasCaughtUp = !isAttached && (hasCaughtUp || !wasIsolated)
    },
    catchUp() {
      if (hasCaughtUp || !isIsolated()) return undefined
      catchingUp ??= new Promise((resolve) => {
        endCatchUp = () => {
          clearTimeout(timer)
          hasCaughtUp = true
          catchingUp = undefined
          endCatchUp = () => undefined
          resolve()
        }
        const timer = setTimeout(() => endCatchUp(), catchUpMs)
      })
      return catchingUp
    },
  }
}
