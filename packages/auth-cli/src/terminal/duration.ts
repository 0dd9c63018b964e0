const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** Says a duration as people do, in its two largest units: `1 day and 8 hours`. */
export function describeDuration(ms: number): string {
  let rest = Math.round(Math.abs(ms) / 1_000)
  const parts: string[] = []
  for (const [unit, seconds] of units) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`)
    // "1 day and 5 seconds" would be more exact than useful.
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' and ') || 'less than a second'
}
