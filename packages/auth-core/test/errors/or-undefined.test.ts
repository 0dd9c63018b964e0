import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import { orUndefined } from '../../src/errors/or-undefined.ts'

test('orUndefined: hands on what the work returns, and undefined where it throws', () => {
  expect(orUndefined(() => 7)).toBe(7)
  expect(orUndefined(() => null)).toBeNull()
  expect(
    orUndefined(() => {
      throw new Error('no')
    }),
  ).toBeUndefined()
})

test.each([
  ['this realm', (): unknown => Promise.reject(new Error('no'))],
  ['another realm', (): unknown => runInNewContext('Promise.reject(new Error("no"))')],
])('orUndefined: a rejected promise of %s does no harm', async (_name, work) => {
  const unhandled: unknown[] = []
  const listener = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', listener)
  onTestFinished(() => void process.off('unhandledRejection', listener))
  orUndefined(work)
  // Node reports a rejection without a handler when the microtasks have run, which is before the next of these.
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
})
