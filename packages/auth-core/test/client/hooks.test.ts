import { expect, onTestFinished, test } from 'vitest'
import { onTokenRevoked } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

/** Resolves to the rejections that nothing has handled by the end of some work: one of them ends a process of Node. */
async function unhandledAfter(work: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', onUnhandled)
  onTestFinished(() => void process.off('unhandledRejection', onUnhandled))
  await work()
  await new Promise((resolve) => setImmediate(resolve))
  return unhandled
}

// As a program without types, or without this lint, would give it.
const broken = (async () => Promise.reject(new TypeError('the hook failed'))) as unknown as () => void

test('verifyToken: hooks whose promise rejects change no result, and end no process', async () => {
  const client = clientOver(fakeService(json({ sub: '42' })), { onRequest: broken, onResponse: broken })
  const call = client.verifyToken(mintToken())
  expect(await unhandledAfter(() => call)).toEqual([])
  await expect(call).resolves.toMatchObject({ active: true })
})

test('revokeToken: a listener whose promise rejects changes no result, and ends no process', async () => {
  onTestFinished(onTokenRevoked(broken))
  const call = clientOver(fakeService(json({ code: 0 }))).revokeToken(mintToken())
  expect(await unhandledAfter(() => call)).toEqual([])
  await expect(call).resolves.toEqual({ outcome: 'revoked' })
})

test.each([new AbortController(), 'soon', null, {}])(
  'verifyToken: a signal that is none (%j) is named as the mistake',
  async (signal) => {
    const service = fakeService()
    const options = { signal: signal as unknown as AbortSignal }
    await expect(clientOver(service).verifyToken(mintToken(), options)).rejects.toMatchObject({
      code: 'configuration',
      argument: 'signal',
    })
    expect(service.requests).toEqual([])
  },
)
