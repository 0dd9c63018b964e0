import { expect, test } from 'vitest'
import { addOne, listOf, type OneOrMany, removeOne } from '../../src/memory/one-or-many.ts'

const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
const collect = (...items: object[]): OneOrMany<object> => {
  let all: OneOrMany<object>
  for (const item of items) all = addOne(all, item)
  return all
}

test('one item is kept without a set, however often it is added', () => {
  expect(collect(a)).toBe(a)
  expect(collect(a, a)).toBe(a)
})

test.each([
  ['none', collect(), []],
  ['one', collect(a), [a]],
  ['two', collect(a, b), [a, b]],
  ['three, one of them twice', collect(a, b, c, b), [a, b, c]],
])('listOf: %s', (_count, items, list) => {
  expect(listOf(items)).toEqual(list)
})

test.each([
  ['the one there is', collect(a), [a], undefined],
  ['another than the one there is', collect(a), [b], [a]],
  ['one of none', undefined, [a], undefined],
  ['one of two', collect(a, b), [a], [b]],
  ['all of three', collect(a, b, c), [a, b, c], undefined],
])('removeOne: %s', (_which, items, removed, left) => {
  let all = items
  for (const item of removed) all = removeOne(all, item)
  expect(all && listOf(all)).toEqual(left)
})
