/** Spaces out work. */
export interface RateLimit {
  /** Resolves when the caller's turn has come; `undefined` when that is now. */
  readonly turn: () => Promise<void> | undefined
  /** Ends every wait at once. */
  readonly end: () => void
}

/** Creates a limit of so many turns a second; `undefined` stands for no limit. */
export function createRateLimit(perSecond: number | undefined): RateLimit {
  const waiting = new Set<() => void>()
  let next = 0
  return {
    turn() {
      if (perSecond === undefined) return undefined
      const now = performance.now()
      const at = Math.max(next, now)
      next = at + 1_000 / perSecond
      // Timers count whole milliseconds. A turn that is due within one is given at once, and the sum stays right.
      if (at - now < 1) return undefined
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, at - now)
        waiting.add(wake)
      })
    },
    end() {
      for (const wake of waiting) wake()
    },
  }
}
