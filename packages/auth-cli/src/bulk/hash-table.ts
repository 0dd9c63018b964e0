/** What became of each token, by hash, in 17 bytes a slot: 36 MB for a million tokens, a fraction of what a `Map` takes. */
export interface HashTable {
  readonly size: () => number
  /** Keeps a number from 1 to 255 for a hash in base64url. @returns the one that was kept until then */
  readonly put: (hash: string, value: number) => number | undefined
}

const keyWords = 4

/**
 * Creates a hash table with open addressing for SHA-256 hashes. Their first 128 bits stand for them, which is far beyond what can
 * collide, by chance or by design: a token taken for another one would stay alive.
 */
export function createHashTable(): HashTable {
  let slots = 1 << 12
  let keys = new Uint32Array(slots * keyWords)
  let values = new Uint8Array(slots)
  let size = 0
  // The hash at hand: written as bytes, read as numbers.
  const bytes = Buffer.alloc(32)
  const words = new Uint32Array(bytes.buffer, 0, keyWords)

  /** Finds the slot of the hash at hand. */
  function find(): number {
    const mask = slots - 1
    let slot = (words[0] ?? 0) & mask
    while (values[slot] !== 0 && !isAt(slot)) slot = (slot + 1) & mask
    return slot
  }

  function isAt(slot: number): boolean {
    const start = slot * keyWords
    return (
      keys[start] === words[0] &&
      keys[start + 1] === words[1] &&
      keys[start + 2] === words[2] &&
      keys[start + 3] === words[3]
    )
  }

  function put(value: number): number {
    const slot = find()
    const earlier = values[slot] ?? 0
    if (earlier === 0) size += 1
    keys.set(words, slot * keyWords)
    values[slot] = value
    return earlier
  }

  function grow(): void {
    const [oldKeys, oldValues] = [keys, values]
    slots *= 2
    size = 0
    keys = new Uint32Array(slots * keyWords)
    values = new Uint8Array(slots)
    for (const [slot, value] of oldValues.entries()) {
      if (value === 0) continue
      words.set(oldKeys.subarray(slot * keyWords, (slot + 1) * keyWords))
      put(value)
    }
  }

  return {
    size: () => size,
    put(hash, value) {
      bytes.write(hash, 'base64url')
      const earlier = put(value)
      if (size * 4 > slots * 3) grow()
      return earlier || undefined
    },
  }
}
