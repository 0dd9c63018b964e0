import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRateLimit } from '../../src/bulk/rate-limit.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function count(perSecond: number | undefined, turns: number): { taken: number; end: () => void } {
  const limit = createRateLimit(perSecond)
  const state = { taken: 0, end: limit.end }
  for (let index = 0; index < turns; index += 1)
    void Promise.resolve(limit.turn()).then(() => (state.taken += 1))
  return state
}

test.each([10, 500, 5_000])(
  'rate limit: gives %d turns in a second, and the first at once',
  async (perSecond) => {
    const state = count(perSecond, 3 * perSecond)
    await vi.advanceTimersByTimeAsync(0)
    expect(state.taken).toBeGreaterThan(0)
    await vi.advanceTimersByTimeAsync(999)
    expect(Math.abs(state.taken - perSecond)).toBeLessThanOrEqual(perSecond / 100)
  },
)

test('rate limit: without a rate there is no wait', () => {
  expect(createRateLimit(undefined).turn()).toBeUndefined()
})

test('rate limit: end gives every turn at once', async () => {
  const state = count(1, 20)
  state.end()
  await vi.advanceTimersByTimeAsync(0)
  expect(state.taken).toBe(20)
})
