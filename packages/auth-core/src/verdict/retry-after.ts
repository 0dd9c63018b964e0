/**
 * Reads a `Retry-After` header: seconds, or a date.
 *
 * @returns milliseconds from now; `undefined` when there is none, and for a time in the past or more than a day away
 * @see RFC 9110 section 10.2.3
 */
export function readRetryAfter(headers: { get(name: string): string | null }): number | undefined {
  const header = headers.get('retry-after')
  if (!header) return undefined
  // Of the three spellings of a date, the one that ends with the year does not say that it is UTC.
  const ms = /^\d+$/.test(header)
    ? Number(header) * 1_000
    : Date.parse(header.replace(/\d$/, '$& GMT')) - Date.now()
  return ms >= 0 && ms <= 86_400_000 ? ms : undefined
}
