import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { createPendingLimit, type PendingLimit } from '../../src/verifier/pending-limit.ts'

const never = new AbortController().signal

/** A check that keeps its turn until `finish` is called. */
function takeTurn(limit: PendingLimit): { readonly first: Promise<void>; readonly finish: () => void } {
  let finish = (): void => undefined
  const first = limit(() => new Promise<void>((resolve) => (finish = resolve)), never)
  return { first, finish: () => finish() }
}

test('checks take turns in the order in which they came', async () => {
  const limit = createPendingLimit(10, 1)
  const order: number[] = []
  const { first, finish } = takeTurn(limit)
  const others = [1, 2, 3].map((number) => limit(async () => void order.push(number), never))
  await Promise.resolve()
  expect(order).toEqual([])
  finish()
  await Promise.all([first, ...others])
  expect(order).toEqual([1, 2, 3])
  // The last one has given its turn back.
  expect(await limit(async () => 'at once', never)).toBe('at once')
})

test('a check that its caller has left already does not wait, and one that leaves hands no turn on', async () => {
  const limit = createPendingLimit(10, 1)
  const { first, finish } = takeTurn(limit)
  const check = vi.fn<() => Promise<void>>(async () => undefined)
  await expect(limit(check, AbortSignal.abort('gone'))).rejects.toBe('gone')
  finish()
  await first
  expect(check).not.toHaveBeenCalled()
  await limit(check, never)
  expect(check).toHaveBeenCalledTimes(1)
})

test('a check that fails gives its turn and its place back', async () => {
  const limit = createPendingLimit(1, 1)
  await expect(limit(() => Promise.reject(new Error('down')), never)).rejects.toThrow('down')
  expect(await limit(async () => 'next', never)).toBe('next')
})

test('a check whose turn has come is not ended by the time that it would have waited', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const limit = createPendingLimit(10, 1)
  const { first, finish } = takeTurn(limit)
  const caller = new AbortController()
  const second = limit(async () => 'asked', caller.signal)
  finish()
  await first
  expect(await second).toBe('asked')
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

test('a check that leaves while it waits leaves no timer and no listener', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const limit = createPendingLimit(2, 1)
  const { first, finish } = takeTurn(limit)
  const caller = new AbortController()
  const check = vi.fn<() => Promise<void>>(async () => undefined)
  const left = limit(check, caller.signal)
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1)
  caller.abort('gone')
  await expect(left).rejects.toBe('gone')
  expect([vi.getTimerCount(), getEventListeners(caller.signal, 'abort').length]).toEqual([0, 0])
  const next = limit(async () => 'asked', never)
  finish()
  await first
  expect(await next).toBe('asked')
  expect(check).not.toHaveBeenCalled()
  vi.useRealTimers()
})
