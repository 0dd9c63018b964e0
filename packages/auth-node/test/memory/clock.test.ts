import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createClock, createJumpDetector } from '../../src/memory/clock.ts'

const start = 1_800_000_000_000
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: start }))
afterEach(() => void vi.useRealTimers())

describe('ageOf: how long ago a moment was', () => {
  test('by all clocks alike, while they run alike', () => {
    const clock = createClock(undefined)
    const moment = clock.read()
    vi.advanceTimersByTime(1_500)
    expect(clock.ageOf(moment)).toBe(1_500)
  })

  test('by the clock that has run the furthest', () => {
    let own = 5_000
    const clock = createClock(() => own)
    const moment = clock.read()
    own = 8_000
    expect(clock.ageOf(moment)).toBe(3_000)
    vi.setSystemTime(start + 7_000)
    expect(clock.ageOf(moment)).toBe(7_000)
    vi.advanceTimersByTime(1_000)
    expect(clock.ageOf(moment)).toBe(8_000)
  })

  test('by the monotonic clock, where the wall clock stands still', () => {
    const clock = createClock(undefined)
    const moment = clock.read()
    vi.advanceTimersByTime(4_000)
    vi.setSystemTime(start)
    expect(clock.ageOf(moment)).toBe(4_000)
  })

  test('for ever, once the wall clock or the option now is set back', () => {
    let own = 5_000
    const clock = createClock(() => own)
    const moment = clock.read()
    own = 4_999
    expect(clock.ageOf(moment)).toBe(Infinity)
    own = 5_000
    vi.setSystemTime(start - 1)
    expect(clock.ageOf(moment)).toBe(Infinity)
    vi.setSystemTime(start)
    expect(clock.ageOf(moment)).toBe(0)
  })

  test('for ever, once fake timers have begun the monotonic clock anew', () => {
    const clock = createClock(undefined)
    const moment = clock.read()
    vi.spyOn(performance, 'now').mockReturnValue(moment.monotonic - 1)
    onTestFinished(() => void vi.restoreAllMocks())
    expect(clock.ageOf(moment)).toBe(Infinity)
  })

  test('as long as `before` was told', () => {
    const clock = createClock(() => 5_000)
    expect(clock.ageOf(clock.before(700))).toBe(700)
    expect(clock.before(700)).toEqual({ now: 4_300, wall: start - 700, monotonic: performance.now() - 700 })
  })
})

test('now: the option, or the wall clock as it is at each use', () => {
  expect(createClock(() => 7).now()).toBe(7)
  const clock = createClock(undefined)
  vi.advanceTimersByTime(10)
  expect(clock.now()).toBe(start + 10)
})

test('isPast: a time has come when either clock that knows the date says so', () => {
  let own = start
  const clock = createClock(() => own)
  expect(clock.isPast(start + 1)).toBe(false)
  own = start + 1
  expect(clock.isPast(start + 1)).toBe(true)
  expect(clock.isPast(start + 2)).toBe(false)
  vi.setSystemTime(start + 2)
  expect(clock.isPast(start + 2)).toBe(true)
  expect(createClock(undefined).isPast(start + 3)).toBe(false)
})

test('createJumpDetector: tells once of a clock that was set, and never of time that has passed', () => {
  let own = 5_000
  const hasJumped = createJumpDetector(
    createClock(() => own),
    1_000,
  )
  vi.advanceTimersByTime(60_000)
  own += 60_000
  expect(hasJumped()).toBe(false)
  vi.setSystemTime(start)
  expect(hasJumped()).toBe(true)
  expect(hasJumped()).toBe(false)
  own += 5_000
  expect(hasJumped()).toBe(true)
  own += 1_000
  expect(hasJumped()).toBe(false)
})
