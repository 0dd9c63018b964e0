/** Does what may fail without harm, such as telling an observer or reading foreign text; `undefined` where it did. */
export function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
