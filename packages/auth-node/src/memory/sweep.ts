/**
 * Removes from a map what has ended, without a timer: each call looks at the next two entries, so every entry has been looked at by the
 * time the map has doubled.
 *
 * @returns a function to call after each entry that is added
 */
export function createSweep<Key, Value>(
  map: Map<Key, Value>,
  hasEnded: (value: Value) => boolean,
): () => void {
  let entries = map.entries()
  return () => {
    for (let step = 0; step < 2; step += 1) {
      const { value, done } = entries.next()
      if (done) entries = map.entries()
      else if (hasEnded(value[1])) map.delete(value[0])
    }
  }
}
