import { createWaitingLine } from './waiting-line.ts'

/** Works through items, a few at a time. */
export interface WorkQueue<Item> {
  readonly add: (item: Item) => void
  /** Takes back an item that has not been begun. */
  readonly remove: (item: Item) => void
}

/** @param work handles one item; never rejects */
export function createWorkQueue<Item>(most: number, work: (item: Item) => Promise<void>): WorkQueue<Item> {
  const waiting = createWaitingLine<Item>()
  let running = 0

  async function next(): Promise<void> {
    const item = running < most ? waiting.take() : undefined
    if (item === undefined) return
    running += 1
    await work(item)
    running -= 1
    void next()
  }

  return {
    add(item) {
      waiting.add(item)
      void next()
    },
    remove: waiting.remove,
  }
}
