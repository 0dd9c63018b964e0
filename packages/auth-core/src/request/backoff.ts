/**
 * Reads a `Retry-After` header: seconds, or a date.
 *
 * @returns milliseconds from now; `undefined` when it is empty, or absurd: in the past, or more than a day away
 * @see RFC 9110 section 10.2.3
 */
export function readRetryAfter(header: string): number | undefined {
  // Of the three spellings of a date, the one that ends with the year does not say that it is UTC.
  const ms = /^\d+$/.test(header)
    ? Number(header) * 1_000
    : Date.parse(header.replace(/\d$/, '$& GMT')) - Date.now()
  return ms >= 0 && ms <= 86_400_000 ? ms : undefined
}

/** The pause before try number `attempt + 1`, in milliseconds: exponential from 200, at most 2,000, with full jitter. */
export function backoffMs(attempt: number): number {
  return Math.random() * Math.min(2_000, 100 * 2 ** attempt)
}
