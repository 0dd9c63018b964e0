/** One timer for many things that are due. It does not keep the process alive. */
export interface Alarm {
  /** Sets the timer for what is due first; `undefined` where nothing is. On the monotonic clock, in milliseconds. */
  readonly set: (dueAt: number | undefined) => void
}

/**
 * @param heartbeatMs the timer rings at least this often while something is due, so that it notices when a clock was put right or the
 * process was frozen
 * @param ring called when the time has come, or earlier; it sets the timer again
 */
export function createAlarm(heartbeatMs: number, ring: () => void): Alarm {
  let timer: ReturnType<typeof setTimeout> | undefined
  let ringsAt = 0
  return {
    set(dueAt) {
      if (dueAt === undefined) {
        clearTimeout(timer)
        timer = undefined
        return
      }
      const now = performance.now()
      const waitMs = Math.min(Math.max(Math.ceil(dueAt - now), 0), heartbeatMs)
      // A timer that is overdue is lost: workers drop the timers of a request that has ended.
      if (timer !== undefined && ringsAt <= now + waitMs && ringsAt > now - heartbeatMs) return
      clearTimeout(timer)
      ringsAt = now + waitMs
      timer = setTimeout(() => {
        timer = undefined
        ring()
      }, waitMs)
      // Only Node has it. An open socket keeps the process alive, its token does not.
      const { unref } = Object(timer) as { readonly unref?: () => unknown }
      unref?.call(timer)
    },
  }
}
