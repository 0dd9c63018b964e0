/** What became of each token, by hash, in 17 bytes a slot: 36 MB for a million tokens, a fraction of what a `Map` takes. */
export interface HashTable {
  readonly size: () => number
  /** The number kept for a hash; `undefined` when no number is kept. */
  readonly get: (hash: Buffer) => number | undefined
  /** Keeps a number from 1 to 255 for a hash. */
  readonly set: (hash: Buffer, value: number) => void
}

/**
 * Creates a hash table with open addressing for SHA-256 hashes. Their first 128 bits stand for them, which is far beyond what can
 * collide, by chance or by design: a token taken for another one would stay alive.
 */
export function createHashTable(): HashTable {
  let slots = 1 << 12
  let keys = new BigUint64Array(slots * 2)
  let values = new Uint8Array(slots)
  let size = 0

  function find(high: bigint, low: bigint): number {
    const mask = slots - 1
    let slot = Number(low & 0xffff_ffffn) & mask
    while (values[slot] !== 0 && (keys[slot * 2] !== high || keys[slot * 2 + 1] !== low))
      slot = (slot + 1) & mask
    return slot
  }

  function put(high: bigint, low: bigint, value: number): void {
    const slot = find(high, low)
    if (values[slot] === 0) size += 1
    keys[slot * 2] = high
    keys[slot * 2 + 1] = low
    values[slot] = value
  }

  function grow(): void {
    const [oldKeys, oldValues] = [keys, values]
    slots *= 2
    size = 0
    keys = new BigUint64Array(slots * 2)
    values = new Uint8Array(slots)
    for (const [slot, value] of oldValues.entries())
      if (value !== 0) put(oldKeys[slot * 2] ?? 0n, oldKeys[slot * 2 + 1] ?? 0n, value)
  }

  return {
    size: () => size,
    get: (hash) => values[find(hash.readBigUInt64LE(0), hash.readBigUInt64LE(8))] || undefined,
    set(hash, value) {
      put(hash.readBigUInt64LE(0), hash.readBigUInt64LE(8), value)
      if (size * 4 > slots * 3) grow()
    },
  }
}
