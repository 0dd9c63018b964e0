/**
 * Keeps a map within bounds.
 *
 * @param most how many entries may stay, 1 or more
 * @returns a function to call after each entry that is added; it drops the oldest entry when there is one too many
 */
export function createDropOldest<Key>(map: Map<Key, unknown>, most: number): () => void {
  let keys: Iterator<Key> | undefined
  return () => {
    if (map.size <= most) return
    // One iterator for good: a new one would first step over every entry that was dropped before.
    keys ??= map.keys()
    map.delete(keys.next().value as Key)
  }
}
