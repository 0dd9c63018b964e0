import { expect, test, vi } from 'vitest'
import { createWaitingLine } from '../../src/memory/waiting-line.ts'

test('items leave in the order in which they came, without those that were removed', () => {
  const line = createWaitingLine<string>()
  expect(line.take()).toBeUndefined()
  for (const item of ['a', 'b', 'c']) line.add(item)
  line.remove('b')
  expect(line.take()).toBe('a')
  line.add('d')
  expect([line.take(), line.take(), line.take()]).toEqual(['c', 'd', undefined])
  line.add('e')
  line.remove('e')
  line.add('f')
  expect([line.take(), line.take()]).toEqual(['f', undefined])
})

test('a long line steps over nothing that was taken before', () => {
  const lists = vi.spyOn(Set.prototype, 'values')
  const line = createWaitingLine<number>()
  for (let item = 1; item <= 1_000; item += 1) line.add(item)
  for (let item = 1; item < 1_000; item += 1) line.take()
  const count = lists.mock.calls.length
  lists.mockRestore()
  expect(count).toBe(1)
})

test('a line that was empty for a while goes on in order', () => {
  const line = createWaitingLine<number>()
  for (let round = 0; round < 100; round += 1) {
    for (const item of [1, 2, 3]) line.add(round * 3 + item)
    line.remove(round * 3 + 2)
    expect([line.take(), line.take(), line.take()]).toEqual([round * 3 + 1, round * 3 + 3, undefined])
  }
})
