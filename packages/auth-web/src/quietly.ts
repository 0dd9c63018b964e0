/** Does what may be refused, such as touching storage that is blocked or full; `undefined` where it was. */
export function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
