import { expect, test } from 'vitest'
import { createWorkQueue, type WorkQueue } from '../../src/memory/work-queue.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A queue for two items at a time, the items in the order in which they were begun, and a function that ends one. */
function setUp(): { queue: WorkQueue<string>; begun: string[]; end: (item: string) => Promise<void> } {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const queue = createWorkQueue<string>(2, (item) => {
    begun.push(item)
    return new Promise((resolve) => ends.set(item, resolve))
  })
  return {
    queue,
    begun,
    async end(item) {
      ends.get(item)?.()
      await settle()
    },
  }
}

test('begins a few items at once, and one more each time that one has ended', async () => {
  const { queue, begun, end } = setUp()
  for (const item of ['a', 'b', 'c', 'd']) queue.add(item)
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
  await end('a')
  await end('c')
  await end('d')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  queue.add('e')
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('an item that is taken back before its turn is not begun', async () => {
  const { queue, begun, end } = setUp()
  for (const item of ['a', 'b', 'c', 'd']) queue.add(item)
  queue.remove('c')
  await end('a')
  expect(begun).toEqual(['a', 'b', 'd'])
})
