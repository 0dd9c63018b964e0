/** The pause before try number `attempt + 1`, in milliseconds: exponential from 200, at most 2,000, with full jitter. */
export function backoffMs(attempt: number): number {
  return Math.random() * Math.min(2_000, 100 * 2 ** attempt)
}

/**
 * The most that one try may take, in milliseconds: half of what is left while another try is possible, so that a connection whose
 * peer has gone away without a word leaves time for a new one.
 */
export function shareMs(attempt: number, tries: number, leftMs: number): number {
  return attempt < tries ? leftMs / 2 : leftMs
}
