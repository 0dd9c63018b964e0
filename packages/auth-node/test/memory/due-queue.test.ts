import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDueQueue, type Due } from '../../src/memory/due-queue.ts'

test('what is due first comes first, in any order of adding, moving and removing', () => {
  const step = fc.record({ item: fc.nat(9), dueAt: fc.option(fc.nat(50), { nil: undefined }) })
  const keeps = fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const items: Due[] = Array.from({ length: 10 }, () => ({ dueAt: 0, position: -1 }))
    const queue = createDueQueue()
    const model = new Map<Due, number>()
    for (const { item: index, dueAt } of steps) {
      const item = items[index] ?? expect.unreachable()
      if (dueAt === undefined) {
        queue.remove(item)
        model.delete(item)
      } else {
        queue.put(item, dueAt)
        model.set(item, dueAt)
      }
      const soonest = model.size > 0 ? Math.min(...model.values()) : undefined
      expect(queue.first()?.dueAt).toBe(soonest)
      expect(items.filter(({ position }) => position >= 0).length).toBe(model.size)
    }
  })
  expect(() => fc.assert(keeps, { numRuns: 500 })).not.toThrow()
})
