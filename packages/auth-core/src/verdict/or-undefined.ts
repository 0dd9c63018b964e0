/** Does what may fail without harm, such as reading foreign text, or touching storage that is blocked; `undefined` where it failed. */
export function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
