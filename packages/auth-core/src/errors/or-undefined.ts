/**
 * Runs work whose failure does no harm, such as reading foreign text, or a hook. Returns `undefined` where it threw. A promise that it
 * returns may reject, which would otherwise end a process of Node.
 *
 * @example
 * ```ts
 * const claims: unknown = orUndefined(() => JSON.parse(text))
 * ```
 */
export function orUndefined<Result>(work: () => Result): Result | undefined {
  try {
    const result = work()
    // A promise may be one of another realm.
    const { then } = Object(result) as { readonly then?: unknown }
    if (typeof then === 'function') then.call(result, undefined, () => undefined)
    return result
  } catch {
    return undefined
  }
}
