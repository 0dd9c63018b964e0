/** Items in the order in which they came, each once. */
export interface WaitingLine<Item> {
  readonly add: (item: Item) => void
  readonly remove: (item: Item) => void
  /** Takes out the one that came first; `undefined` when there is none. */
  readonly take: () => Item | undefined
}

export function createWaitingLine<Item>(): WaitingLine<Item> {
  const items = new Set<Item>()
  // One iterator for good: a new one would first step over every item that was taken before. It ends only where it is asked in vain.
  const next = items.values()
  return {
    add: (item) => void items.add(item),
    remove: (item) => void items.delete(item),
    take() {
      if (items.size === 0) return undefined
      const item = next.next().value as Item
      items.delete(item)
      return item
    },
  }
}
