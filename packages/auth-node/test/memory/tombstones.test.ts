import { describe, expect, test } from 'vitest'
import { createTombstones, marginMs, tombstoneEnd } from '../../src/memory/tombstones.ts'
import { mint } from '../fake-service.ts'

const now = 1_800_000_000_000
const hourMs = 3_600_000
const yearMs = 31_536_000_000

describe('tombstoneEnd: a revocation is remembered', () => {
  test.each([
    ['for an opaque token as long as was said, and a margin', 'opaque', now + 24 * hourMs + marginMs],
    ['until a token has expired, and a margin', mint(now / 1_000 + 3_600), now + hourMs + marginMs],
    ['for a margin, of a token that has expired already', mint(now / 1_000 - 3_600), now + marginMs],
    ['for at most a year', mint(now / 1_000 + 10 * 31_536_000), now + yearMs],
  ])('%s', (_title, token, end) => expect(tombstoneEnd(token, now, 24 * hourMs)).toBe(end))
})

describe('tombstones', () => {
  test('a tombstone is there until its end, and gone from then on', () => {
    let time = now
    const tombstones = createTombstones(10, () => time)
    tombstones.add('key', now + 5_000)
    expect(tombstones.has('key')).toBe(true)
    expect(tombstones.has('other')).toBe(false)
    time = now + 4_999
    expect(tombstones.has('key')).toBe(true)
    time = now + 5_000
    expect(tombstones.has('key')).toBe(false)
  })

  test('an end within a second holds until the second is over', () => {
    let time = now
    const tombstones = createTombstones(10, () => time)
    tombstones.add('key', now + 4_001)
    time = now + 4_999
    expect(tombstones.has('key')).toBe(true)
  })

  test('a second revocation lengthens a tombstone, and never shortens it', () => {
    let time = now
    const tombstones = createTombstones(10, () => time)
    tombstones.add('key', now + hourMs)
    tombstones.add('key', now + 1_000)
    time = now + hourMs - 1_000
    expect(tombstones.has('key')).toBe(true)
    tombstones.add('key', now + 2 * hourMs)
    time = now + 2 * hourMs - 1_000
    expect(tombstones.has('key')).toBe(true)
  })

  test('an end that is no number shortens no tombstone', () => {
    const tombstones = createTombstones(10, () => now)
    tombstones.add('key', now + hourMs)
    tombstones.add('key', NaN)
    expect(tombstones.has('key')).toBe(true)
    tombstones.add('other', NaN)
    expect(tombstones.has('other')).toBe(false)
  })

  test('tombstones that have ended make room without a timer, and those in force stay', () => {
    let time = now
    const tombstones = createTombstones(1_000, () => time)
    for (let index = 0; index < 50; index += 1) {
      tombstones.add(`short-${index}`, now + 1_000)
      tombstones.add(`long-${index}`, now + 24 * hourMs)
    }
    time = now + 1_000
    for (let index = 0; index < 100; index += 1) tombstones.add(`more-${index}`, now + 24 * hourMs)
    expect(tombstones.size()).toBe(150)
    for (let index = 0; index < 50; index += 1) expect(tombstones.has(`long-${index}`)).toBe(true)
  })

  test('one more than the most drops the oldest', () => {
    const tombstones = createTombstones(2, () => now)
    for (const key of ['first', 'second', 'third']) tombstones.add(key, now + hourMs)
    expect(['first', 'second', 'third'].map((key) => tombstones.has(key))).toEqual([false, true, true])
    expect(tombstones.size()).toBe(2)
  })
})
