/** A device that apps run on, one after the other or at the same time: what outlives an app, and its network. */
export interface Device {
  readonly entries: Map<string, string>
  isOnline: boolean
  /** The apps that are running, each as a function that hears of a change of storage. */
  readonly running: Set<(key: string) => void>
}

export function createDevice(): Device {
  return { entries: new Map(), isOnline: true, running: new Set() }
}

/** The timers of one app, which end with it. */
export interface Timers {
  readonly setTimeout: typeof setTimeout
  readonly setInterval: typeof setInterval
  readonly clearTimeout: typeof clearTimeout
  readonly clearInterval: typeof clearInterval
  /** Stops all of them, now and later. */
  readonly end: () => void
  readonly hasEnded: () => boolean
}

export function createTimers(): Timers {
  const active = new Set<ReturnType<typeof setTimeout>>()
  let hasEnded = false
  const start =
    (begin: typeof setTimeout) =>
    (work: () => void, ms?: number): ReturnType<typeof setTimeout> => {
      const timer = begin(() => {
        if (!hasEnded) work()
      }, ms)
      active.add(timer)
      return timer
    }
  return {
    setTimeout: start(setTimeout) as typeof setTimeout,
    setInterval: start(setInterval as unknown as typeof setTimeout) as unknown as typeof setInterval,
    clearTimeout: (timer) => clearTimeout(timer),
    clearInterval: (timer) => clearInterval(timer),
    end() {
      hasEnded = true
      for (const timer of active) clearTimeout(timer)
    },
    hasEnded: () => hasEnded,
  }
}
