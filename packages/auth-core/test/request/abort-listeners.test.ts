import { expect, test, vi } from 'vitest'
import { onAbort } from '../../src/index.ts'

test('onAbort: calls every function that is still waiting', () => {
  const { signal, abort } = abortable()
  const [gone, first, second] = [vi.fn<() => void>(), vi.fn<() => void>(), vi.fn<() => void>()]
  onAbort(signal, first)
  onAbort(signal, gone)()
  onAbort(signal, second)
  abort()
  expect([gone, first, second].map(({ mock }) => mock.calls.length)).toEqual([0, 1, 1])
})

test('onAbort: taking a function away twice takes away no other', () => {
  const { signal, abort } = abortable()
  const stopFirst = onAbort(signal, () => undefined)
  stopFirst()
  const second = vi.fn<() => void>()
  onAbort(signal, second)
  stopFirst()
  const third = vi.fn<() => void>()
  onAbort(signal, third)
  abort()
  expect([second, third].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
})

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
