import { vi } from 'vitest'

/**
 * Waits until a check holds, that is, neither throws nor rejects. Vitest's own wait ends after one second, which is short for a
 * browser that shares a machine.
 *
 * @returns what the check returned
 */
export function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: 10_000 })
}
