/**
 * Keeps a map within bounds.
 *
 * @param most how many entries may stay, 1 or more
 * @returns a function to call after each entry that is added; it drops the oldest one too many
 */
export function createBound<Key>(map: Map<Key, unknown>, most: number): () => void {
  let keys: Iterator<Key> | undefined
  return () => {
    if (map.size <= most) return
    // Goes on where it was: a new one would first step over all that was dropped before it.
    keys ??= map.keys()
    map.delete(keys.next().value as Key)
  }
}
