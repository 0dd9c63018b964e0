import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createPace } from '../../src/bulk/rate-limit.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function count(perSecond: number | undefined, turns: number): { taken: number; end: () => void } {
  const pace = createPace(perSecond)
  const state = { taken: 0, end: pace.end }
  for (let index = 0; index < turns; index += 1)
    void Promise.resolve(pace.turn()).then(() => (state.taken += 1))
  return state
}

test.each([10, 500, 5_000])('pace: gives %d turns in a second, and the first at once', async (perSecond) => {
  const state = count(perSecond, 3 * perSecond)
  await vi.advanceTimersByTimeAsync(0)
  expect(state.taken).toBeGreaterThan(0)
  await vi.advanceTimersByTimeAsync(999)
  expect(Math.abs(state.taken - perSecond)).toBeLessThanOrEqual(perSecond / 100)
})

test('pace: without a rate nobody waits', () => {
  expect(createPace(undefined).turn()).toBeUndefined()
})

test('pace: end wakes everybody', async () => {
  const state = count(1, 20)
  state.end()
  await vi.advanceTimersByTimeAsync(0)
  expect(state.taken).toBe(20)
})
