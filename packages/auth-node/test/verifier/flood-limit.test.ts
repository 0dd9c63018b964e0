import { expect, test } from 'vitest'
import { createFloodLimit, type FloodLimit } from '../../src/verifier/flood-limit.ts'

const limit = 4

/** A limit, and a function that moves its clock to a second. */
function setUp(): { flood: FloodLimit; moveTo: (second: number) => void } {
  let time = 0
  const flood = createFloodLimit(limit, () => time)
  const moveTo = (second: number): void => {
    time = second * 1_000
  }
  moveTo(100)
  return { flood, moveTo }
}

const times = (count: number, act: () => unknown): unknown[] => Array.from({ length: count }, act)

/** A flood that has begun in second 100, in second 101. */
function setUpFlood(): ReturnType<typeof setUp> {
  const made = setUp()
  times(limit, made.flood.countRefusal)
  made.moveTo(101)
  return made
}

/** How many of ten new tokens the service may be asked about. */
const allowedOf = ({ allows }: FloodLimit): number => times(10, allows).filter(Boolean).length

test('any number of new tokens is asked about while few are refused', () => {
  const { flood, moveTo } = setUp()
  times(limit - 1, flood.countRefusal)
  expect(allowedOf(flood)).toBe(10)
  moveTo(101)
  expect(allowedOf(flood)).toBe(10)
})

test('a clock that begins at 0, such as that of a test, begins with no flood', () => {
  expect(allowedOf(createFloodLimit(limit, () => 0))).toBe(10)
})

test('for the rest of a second with too many refusals, no new token is asked about', () => {
  const { flood, moveTo } = setUp()
  times(limit, flood.countRefusal)
  expect(allowedOf(flood)).toBe(0)
  moveTo(100.999)
  expect(allowedOf(flood)).toBe(0)
})

test('in the second after it, so many are asked about, and then no more', () => {
  const { flood } = setUpFlood()
  expect(allowedOf(flood)).toBe(limit)
})

test('a second without any new token ends the flood', () => {
  const { flood, moveTo } = setUpFlood()
  moveTo(103)
  expect(allowedOf(flood)).toBe(10)
})

test.each([
  ['half as many new tokens keep', limit / 2, 0, limit],
  ['fewer new tokens end', limit / 2 - 1, 0, 10],
  ['half of them active keep', limit, limit / 2, limit],
  ['more of them active end', limit, limit / 2 + 1, 10],
])('%s the flood for the next second', (_which, came, active, allowed) => {
  const { flood, moveTo } = setUpFlood()
  times(came, flood.allows)
  times(active, flood.countActive)
  moveTo(102)
  expect(allowedOf(flood)).toBe(allowed)
})

test('what was counted in one second does not count in the next', () => {
  const { flood, moveTo } = setUpFlood()
  times(limit, flood.countActive)
  times(limit, flood.allows)
  moveTo(102)
  expect(allowedOf(flood)).toBe(10)
  times(limit, flood.countRefusal)
  moveTo(103)
  expect(allowedOf(flood)).toBe(limit)
  moveTo(104)
  times(limit / 2 - 1, flood.allows)
  moveTo(105)
  expect(allowedOf(flood)).toBe(10)
})

test('a refusal or an active token that comes first in a second begins it', () => {
  for (const count of ['countRefusal', 'countActive'] as const) {
    const { flood, moveTo } = setUpFlood()
    times(limit, flood.allows)
    moveTo(102)
    flood[count]()
    expect(allowedOf(flood)).toBe(limit)
    moveTo(104)
    flood[count]()
    expect(allowedOf(flood)).toBe(10)
  }
})
