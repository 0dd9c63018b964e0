import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createServiceClock, mostAheadMs } from '../../src/memory/service-clock.ts'

const start = 1_800_000_000_000
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: start }))
afterEach(() => void vi.useRealTimers())

/** The clock of the service as this machine knows it, whose own clock is the wall clock. */
const setUp = (): ReturnType<typeof createServiceClock> => createServiceClock(() => Date.now())

test('shows the time of this machine, as long as no token says more', () => {
  const clock = setUp()
  expect(clock.now()).toBe(start)
  clock.noteIssued(undefined)
  clock.noteIssued(start - 60_000)
  expect(clock.now()).toBe(start)
})

test('goes on from the latest time at which a token was issued', () => {
  vi.advanceTimersByTime(5_000)
  const clock = setUp()
  clock.noteIssued(start + 25_000)
  clock.noteIssued(start + 15_000)
  expect(clock.now()).toBe(start + 25_000)
  vi.advanceTimersByTime(1_000)
  expect(clock.now()).toBe(start + 26_000)
})

test('is not set by a correction of the clock of this machine', () => {
  const clock = setUp()
  clock.noteIssued(start + 20_000)
  vi.setSystemTime(start - 60_000)
  expect(clock.now()).toBe(start + 20_000)
  vi.setSystemTime(start + 60_000)
  expect(clock.now()).toBe(start + 60_000)
})

test('believes a time of issue up to a day ahead, and none beyond', () => {
  const clock = setUp()
  clock.noteIssued(start + mostAheadMs + 1)
  expect(clock.now()).toBe(start)
  clock.noteIssued(start + mostAheadMs)
  expect(clock.now()).toBe(start + mostAheadMs)
})
