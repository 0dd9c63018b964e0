import type { ActiveToken } from '@tokenward/auth-core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Clock, createClock } from '../../src/memory/clock.ts'
import {
  createTokenCache,
  freezeDeeply,
  type LiveAnswer,
  type TokenCache,
} from '../../src/memory/token-cache.ts'

const result = { active: true, sub: '42', client_id: 'shop' } as ActiveToken
const refusal = { active: false, reason: 'rejected' } as const
const settings = {
  maxEntries: 4,
  maxRefusals: 4,
  revocationWindowMs: 1_000,
  refusalWindowMs: 500,
  serveStaleForMs: 3_000,
}

let clock: Clock
let cache: TokenCache
let isCutOff = false
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_800_000_000_000 })
  isCutOff = false
  clock = createClock(undefined)
  cache = createTokenCache(settings, clock, () => isCutOff)
})
afterEach(() => void vi.useRealTimers())

const answer = (expiresAt = Infinity): LiveAnswer => ({
  result,
  askedAt: clock.read(),
  expiresAt,
  issuedAt: undefined,
})

describe('an active answer', () => {
  test('is fresh until the window is over, and may stand in for longer', () => {
    cache.keep('key', answer())
    vi.advanceTimersByTime(999)
    expect(cache.fresh('key')).toBe(result)
    vi.advanceTimersByTime(1)
    expect(cache.fresh('key')).toBeUndefined()
    vi.advanceTimersByTime(1_999)
    expect(cache.stale('key')).toBe(result)
    vi.advanceTimersByTime(1)
    expect(cache.stale('key')).toBeUndefined()
  })

  test('is neither fresh nor stale once the token has expired', () => {
    cache.keep('key', answer(Date.now() + 100))
    vi.advanceTimersByTime(99)
    expect(cache.fresh('key')).toBe(result)
    vi.advanceTimersByTime(1)
    expect([cache.fresh('key'), cache.stale('key')]).toEqual([undefined, undefined])
  })

  test('is neither fresh nor stale once its user is cut off', () => {
    cache.keep('key', answer())
    isCutOff = true
    expect([cache.fresh('key'), cache.stale('key')]).toEqual([undefined, undefined])
  })

  test('that took longer than the window is not kept', () => {
    const late = answer()
    vi.advanceTimersByTime(1_000)
    cache.keep('key', late)
    expect(cache.knows('key')).toBe(false)
  })

  test('that was asked for before a refusal is not kept, and one that was asked for after it is', () => {
    const earlier = answer()
    cache.refuse('key', { ...refusal })
    cache.keep('key', earlier)
    expect(cache.fresh('key')).toBeUndefined()
    vi.advanceTimersByTime(1)
    cache.keep('key', answer())
    expect(cache.fresh('key')).toBe(result)
  })

  test('tells its age and its user, until it is forgotten', () => {
    expect([cache.ageOf('key'), cache.subjectOf('key'), cache.knows('key')]).toEqual([
      Infinity,
      undefined,
      false,
    ])
    cache.keep('key', answer())
    vi.advanceTimersByTime(20)
    expect([cache.ageOf('key'), cache.subjectOf('key'), cache.knows('key')]).toEqual([20, '42', true])
    cache.forget('key')
    expect([cache.ageOf('key'), cache.subjectOf('key'), cache.knows('key')]).toEqual([
      Infinity,
      undefined,
      false,
    ])
  })
})

describe('a refusal', () => {
  test('is believed until its window is over', () => {
    cache.refuse('key', { ...refusal })
    vi.advanceTimersByTime(499)
    expect(cache.refusal('key')).toEqual(refusal)
    vi.advanceTimersByTime(1)
    expect(cache.refusal('key')).toBeUndefined()
    expect(cache.refusal('other')).toBeUndefined()
  })

  test('takes the place of the active answer, and cannot be changed by who gets it', () => {
    cache.keep('key', answer())
    cache.refuse('key', { ...refusal })
    expect(cache.knows('key')).toBe(false)
    expect(Object.isFrozen(cache.refusal('key'))).toBe(true)
  })
})

test('each kind of answer has a bounded space of its own', () => {
  for (let index = 0; index < 20; index += 1) cache.keep(`live-${index}`, answer())
  for (let index = 0; index < 20; index += 1) cache.refuse(`dead-${index}`, { ...refusal })
  const { entries, refusals } = cache.sizes()
  expect(entries).toBeLessThanOrEqual(4)
  expect(refusals).toBeLessThanOrEqual(4)
  expect(cache.fresh('live-19')).toBe(result)
  expect(cache.refusal('dead-19')).toEqual(refusal)
  cache.clear()
  expect(cache.sizes()).toEqual({ entries: 0, refusals: 0 })
})

test('freezeDeeply: what is inside is frozen, too', () => {
  const frozen = freezeDeeply({ list: [{ text: 'x', none: null }] })
  expect(Object.isFrozen(frozen)).toBe(true)
  expect(Object.isFrozen(frozen.list)).toBe(true)
  expect(Object.isFrozen(frozen.list[0])).toBe(true)
})
