/** Something that is due at a time; the queue writes both fields. */
export interface Due {
  dueAt: number
  /** Its place in the queue; -1 while it is not in it. */
  position: number
}

/** A binary heap: what is due first comes first, and each item can be moved or removed wherever it stands. */
export interface DueQueue<Item extends Due> {
  readonly first: () => Item | undefined
  /** Adds an item, or moves it to another time. */
  readonly put: (item: Item, dueAt: number) => void
  readonly remove: (item: Item) => void
}

export function createDueQueue<Item extends Due>(): DueQueue<Item> {
  const heap: Item[] = []

  function place(item: Item, position: number): void {
    heap[position] = item
    item.position = position
  }

  /** Moves an item up, and then down, until its parent is due no later and its children are due no earlier. */
  function settle(item: Item): void {
    let { position } = item
    for (;;) {
      const above = (position - 1) >> 1
      const parent = heap[above]
      if (position === 0 || !parent || parent.dueAt <= item.dueAt) break
      place(parent, position)
      position = above
    }
    for (;;) {
      const left = heap[2 * position + 1]
      const right = heap[2 * position + 2]
      const child = left && right && right.dueAt < left.dueAt ? right : left
      if (!child || child.dueAt >= item.dueAt) break
      const below = child.position
      place(child, position)
      position = below
    }
    place(item, position)
  }

  return {
    first: () => heap[0],
    put(item, dueAt) {
      item.dueAt = dueAt
      if (item.position < 0) place(item, heap.length)
      settle(item)
    },
    remove(item) {
      const { position } = item
      if (position < 0) return
      item.position = -1
      const last = heap.pop()
      if (!last || last === item) return
      place(last, position)
      settle(last)
    },
  }
}
