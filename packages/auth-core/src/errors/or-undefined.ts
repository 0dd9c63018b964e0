/**
 * Runs work whose failure does no harm, such as reading foreign text. Returns `undefined` where it threw.
 *
 * @example
 * ```ts
 * const claims: unknown = orUndefined(() => JSON.parse(text))
 * ```
 */
export function orUndefined<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
