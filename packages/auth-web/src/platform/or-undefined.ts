/** Runs work whose failure does no harm, such as touching storage that the browser blocks. Returns `undefined` where it threw. */
export function orUndefined<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
