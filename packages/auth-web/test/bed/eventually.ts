import { vi } from 'vitest'

/** Waits until a check holds. The second that is the default is short for a browser that shares a machine. */
export function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: 10_000 })
}
