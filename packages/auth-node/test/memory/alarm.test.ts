import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createAlarm } from '../../src/memory/alarm.ts'

const heartbeatMs = 1_000
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** An alarm, and when it has rung, in milliseconds from now. */
function setUp(): { alarm: ReturnType<typeof createAlarm>; rings: number[]; in: (ms: number) => number } {
  const start = performance.now()
  const rings: number[] = []
  const alarm = createAlarm(heartbeatMs, () => void rings.push(performance.now() - start))
  return { alarm, rings, in: (ms) => performance.now() + ms }
}

test('rings once, when the time has come', () => {
  const { alarm, rings, in: later } = setUp()
  alarm.set(later(500))
  vi.advanceTimersByTime(499)
  expect(rings).toEqual([])
  vi.advanceTimersByTime(5_000)
  expect(rings).toEqual([500])
})

test('rings at once for what is overdue, and never before the time', () => {
  const { alarm, rings, in: later } = setUp()
  alarm.set(later(-100))
  vi.advanceTimersByTime(0)
  expect(rings).toEqual([0])
  // Timers count whole milliseconds.
  alarm.set(later(1.5))
  vi.advanceTimersByTime(1)
  expect(rings).toEqual([0])
  vi.advanceTimersByTime(1)
  expect(rings).toEqual([0, 2])
})

test('rings at each heartbeat while something is due, so that a clock that was put right is noticed', () => {
  const start = performance.now()
  const rings: number[] = []
  const alarm = createAlarm(heartbeatMs, () => {
    rings.push(performance.now() - start)
    alarm.set(start + 60_000)
  })
  alarm.set(start + 60_000)
  vi.advanceTimersByTime(3_999)
  expect(rings).toEqual([1_000, 2_000, 3_000])
})

test('keeps one timer, which rings for what is due first', () => {
  const { alarm, rings, in: later } = setUp()
  alarm.set(later(500))
  alarm.set(later(800))
  expect(vi.getTimerCount()).toBe(1)
  alarm.set(later(200))
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(200)
  expect(rings).toEqual([200])
  alarm.set(later(300))
  alarm.set(later(400))
  vi.advanceTimersByTime(400)
  expect(rings).toEqual([200, 500])
})

test('is still while nothing is due, and can be set again', () => {
  const { alarm, rings, in: later } = setUp()
  alarm.set(undefined)
  alarm.set(later(500))
  alarm.set(undefined)
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(600)
  expect(rings).toEqual([])
  alarm.set(later(700))
  vi.advanceTimersByTime(700)
  expect(rings).toEqual([1_300])
})

test('is set anew when its timer was lost with the request that had set it, as on Workers', () => {
  const { alarm, rings, in: later } = setUp()
  alarm.set(later(500))
  vi.clearAllTimers()
  // A busy process is late as well, but not for long.
  vi.advanceTimersByTime(500 + heartbeatMs - 1)
  alarm.set(later(-1_000))
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(1)
  alarm.set(later(-1_000))
  vi.advanceTimersByTime(0)
  expect(rings).toEqual([1_500])
})

test('a runtime whose timers are numbers is served as well', () => {
  const set = vi.fn<() => number>(() => 1)
  vi.stubGlobal('setTimeout', set)
  onTestFinished(() => void vi.unstubAllGlobals())
  const { alarm, in: later } = setUp()
  expect(() => alarm.set(later(500))).not.toThrow()
  expect(set).toHaveBeenCalledOnce()
})

test('does not keep the process alive', () => {
  vi.useRealTimers()
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  const { alarm, in: later } = setUp()
  alarm.set(later(500))
  expect(timers()).toBe(before)
  alarm.set(undefined)
})
