import { expect, test } from 'vitest'
import { createCutOffs } from '../../src/memory/cut-offs.ts'
import { mostAheadMs } from '../../src/memory/service-clock.ts'

test('the oldest cut-off is dropped for one too many, and what has ended is swept away', () => {
  const clock = { now: 0 }
  const cutOffs = createCutOffs(
    3,
    () => clock.now,
    () => clock.now,
  )
  for (const user of ['a', 'b', 'c', 'd']) expect(cutOffs.add(user, 10, 100)).toBe(true)
  expect(['a', 'b', 'd'].map((user) => cutOffs.rejects(user, 10))).toEqual([false, true, true])
  expect(cutOffs.size()).toBe(3)
  clock.now = 100
  for (const user of ['e', 'f', 'g']) cutOffs.add(user, 10, 200)
  expect(['b', 'd'].map((user) => cutOffs.rejects(user, 10))).toEqual([false, false])
})

test('cut-offs that have ended make room without a timer, and those in force stay', () => {
  const clock = { now: 0 }
  const cutOffs = createCutOffs(
    1_000,
    () => clock.now,
    () => clock.now,
  )
  for (let user = 0; user < 50; user += 1) {
    cutOffs.add(`short-${user}`, 10, 100)
    cutOffs.add(`long-${user}`, 10, 1_000)
  }
  clock.now = 100
  for (let user = 0; user < 100; user += 1) cutOffs.add(`more-${user}`, 10, 1_000)
  expect(cutOffs.size()).toBe(150)
  for (let user = 0; user < 50; user += 1) expect(cutOffs.rejects(`long-${user}`, 10)).toBe(true)
})

test('a cut-off says something new only when it reaches further, and longer is kept as well', () => {
  const clock = { now: 0 }
  const cutOffs = createCutOffs(
    10,
    () => clock.now,
    () => clock.now,
  )
  expect(cutOffs.add('a', 10, 100)).toBe(true)
  expect(cutOffs.add('a', 10, 100)).toBe(false)
  expect(cutOffs.add('a', 5, 300)).toBe(false)
  expect(cutOffs.add('b', 5, 100)).toBe(true)
  expect(cutOffs.add('b', 10, 100)).toBe(true)
  expect(cutOffs.rejects('b', 10)).toBe(true)
  clock.now = 200
  expect([10, 11, undefined].map((issuedAt) => cutOffs.rejects('a', issuedAt))).toEqual([true, false, true])
  clock.now = 300
  expect(cutOffs.rejects('a', 10)).toBe(false)
  expect(cutOffs.add('a', 1, 400)).toBe(true)
})

test('what a store makes up says nothing', () => {
  const cutOffs = createCutOffs(
    10,
    () => 50,
    () => 50,
  )
  expect(cutOffs.add('a', Number.NaN, 100)).toBe(false)
  expect(cutOffs.add('a', 10, Number.NaN)).toBe(false)
  expect(cutOffs.add('a', 10, 50)).toBe(false)
  expect(cutOffs.size()).toBe(0)
})

test('a later cut-off that ends sooner takes nothing from the time of the one before', () => {
  const clock = { now: 0 }
  const cutOffs = createCutOffs(
    10,
    () => clock.now,
    () => clock.now,
  )
  cutOffs.add('a', 10, 300)
  expect(cutOffs.add('a', 20, 100)).toBe(true)
  clock.now = 200
  expect(cutOffs.rejects('a', 20)).toBe(true)
})

test('a time of issue more than a day ahead is none, so that the token is dead', () => {
  const cutOffs = createCutOffs(
    10,
    () => 50,
    () => 50,
  )
  cutOffs.add('a', 10, 100)
  expect(cutOffs.rejects('a', 50 + mostAheadMs)).toBe(false)
  expect(cutOffs.rejects('a', 50 + mostAheadMs + 1)).toBe(true)
})
