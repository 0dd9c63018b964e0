/** Runs work whose failure does no harm, such as reading foreign text. Returns `undefined` where it threw. */
export function orUndefined<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
