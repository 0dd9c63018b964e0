/** The pause before try number `attempt + 1`, in milliseconds: exponential from 200, at most 2,000, with full jitter. */
export function backoffMs(attempt: number): number {
  return Math.random() * Math.min(2_000, 100 * 2 ** attempt)
}
