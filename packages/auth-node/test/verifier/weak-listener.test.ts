import { expect, onTestFinished, test, vi } from 'vitest'

type Listener = (value: string) => void

/** The module as a runtime loads it whose registry of collected objects is this. */
async function loadWith(registry: unknown): Promise<typeof import('../../src/verifier/weak-listener.ts')> {
  vi.stubGlobal('FinalizationRegistry', registry)
  onTestFinished(() => void vi.unstubAllGlobals())
  vi.resetModules()
  return import('../../src/verifier/weak-listener.ts')
}

/** A source of values, and how many listen to it. */
function createSource() {
  const listeners = new Set<Listener>()
  return {
    listeners,
    tell: (value: string) => listeners.forEach((listener) => listener(value)),
    listen: (listener: Listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

test.each([
  ['with a registry of collected objects', globalThis.FinalizationRegistry],
  ['without one, such as an old workerd', undefined],
])('a listener hears until it is ended, in a runtime %s', async (_which, registry) => {
  const { listenWeakly } = await loadWith(registry)
  const source = createSource()
  const heard: string[] = []
  const stop = listenWeakly(source.listen, (value: string) => void heard.push(value))
  source.tell('one')
  stop()
  source.tell('two')
  expect(heard).toEqual(['one'])
  expect(source.listeners.size).toBe(0)
})

test('a listener that was collected is taken away, unless it was ended before', async () => {
  const stops = new Map<object, () => void>()
  let collect = (stop: () => void): void => stop()
  const { listenWeakly } = await loadWith(
    class {
      constructor(onCollected: (stop: () => void) => void) {
        collect = onCollected
      }

      register(_target: object, stop: () => void, token: object): void {
        stops.set(token, stop)
      }

      unregister(token: object): void {
        stops.delete(token)
      }
    },
  )
  const source = createSource()
  const listeners = [1, 2].map((): Listener => () => undefined)
  const [stopFirst] = listeners.map((listener) => listenWeakly(source.listen, listener))
  stopFirst?.()
  expect([source.listeners.size, stops.size]).toEqual([1, 1])
  for (const stop of stops.values()) collect(stop)
  expect(source.listeners.size).toBe(0)
})
