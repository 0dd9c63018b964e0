/** A web storage for tests in Node, which has none. */
export function fakeStorage(entries: [string, string][] = []): Storage {
  const map = new Map(entries)
  return {
    length: 0,
    clear: () => map.clear(),
    key: () => null,
    getItem: (key) => map.get(key) ?? null,
    removeItem: (key) => void map.delete(key),
    setItem: (key, value) => void map.set(key, value),
  }
}
