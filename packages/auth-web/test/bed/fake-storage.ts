/** A web storage for tests in Node, which has none. */
export function fakeStorage(entries: [string, string][] = []): Storage {
  const map = new Map(entries)
  return {
    get length() {
      return map.size
    },
    clear: () => map.clear(),
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    removeItem: (key) => void map.delete(key),
    setItem: (key, value) => void map.set(key, value),
  }
}

/** What a storage holds, as one object. */
export function contentOf(storage: Storage): Record<string, string> {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
  return Object.fromEntries(keys.map((key) => [key, storage.getItem(key) ?? '']))
}

/** A storage that refuses everything, as web storage does where the user blocks it. */
export function refusingStorage(): Storage {
  const refuse = (): never => {
    throw new DOMException('blocked', 'SecurityError')
  }
  return {
    get length(): number {
      return refuse()
    },
    clear: refuse,
    key: refuse,
    getItem: refuse,
    removeItem: refuse,
    setItem: refuse,
  }
}
