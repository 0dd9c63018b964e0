import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AuthClient, createAuthClient, memorySession } from '../../src/index.ts'
import { type FakeService, createFakeService } from '@tokenward/test-kit/fake-service'
import { outage } from '@tokenward/test-kit/scripted-fetch'
import { mintToken } from '../bed/tokens.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open(token: string = mintToken()): { auth: AuthClient; service: FakeService; heard: string[] } {
  const service = createFakeService()
  const session = memorySession()
  session.write(token)
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch, maxRetries: 0 })
  const heard: string[] = []
  auth.onSignedOut(({ source }) => heard.push(source))
  return { auth, service, heard }
}

test('watchSession: a token that the service rejects ends the session', async () => {
  const { auth, service, heard } = open()
  auth.watchSession({ everyMs: 60_000 })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(auth.session.read()).toBeTruthy()
  service.answerInstead = () => Response.json({})
  await vi.advanceTimersByTimeAsync(60_000)
  expect(auth.session.read()).toBeUndefined()
  expect(heard).toEqual(['service'])
})

test('watchSession: an outage does not sign the user out', async () => {
  const { auth, service, heard } = open()
  service.answerInstead = outage
  auth.watchSession({ everyMs: 1_000 })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(service.requests.length).toBeGreaterThan(20)
  expect(auth.session.read()).toBeTruthy()
  expect(heard).toEqual([])
})

test('watchSession: a token that has expired by this clock does not sign the user out', async () => {
  const { auth, heard } = open(mintToken({ expiresIn: -3_600 }))
  auth.watchSession({ everyMs: 1_000 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(auth.session.read()).toBeTruthy()
  expect(heard).toEqual([])
})

test('watchSession: with nobody signed in it asks nothing, and after its end neither', async () => {
  const { auth, service } = open()
  const stop = auth.watchSession({ everyMs: 1_000 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.requests).toHaveLength(1)
  stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(service.requests).toHaveLength(1)
  auth.session.clear()
  auth.watchSession({ everyMs: 1_000 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(service.requests).toHaveLength(1)
})

test('watchSession: a token that was replaced while the service was asked does not end its successor', async () => {
  const { auth, service, heard } = open()
  const next = mintToken()
  service.answerInstead = () => {
    auth.session.write(next)
    return Response.json({})
  }
  auth.watchSession({ everyMs: 1_000 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(auth.session.read()).toBe(next)
  expect(heard).toEqual([])
})

test('watchSession: a token that has just expired waits for its refresh, although the service rejects it', async () => {
  const { auth, service, heard } = open(mintToken({ expiresIn: 10 }))
  service.answerInstead = () => Response.json({})
  auth.watchSession({ everyMs: 15_000 })
  await vi.advanceTimersByTimeAsync(15_000)
  expect(service.requests).toHaveLength(1)
  expect(auth.session.read()).toBeTruthy()
  expect(heard).toEqual([])
})

test.each([
  [{ every: 5_000 }, 'every'],
  [{ everyMs: Number.NaN }, 'everyMs'],
  [{ everyMs: 10 }, 'everyMs'],
  [{ everyMs: Infinity }, 'everyMs'],
  [{ everyMs: '5000' }, 'everyMs'],
  [{}, 'everyMs'],
  [undefined, 'everyMs'],
  [5_000, 'options'],
])('watchSession: %o is refused by name, and asks nothing', async (options, argument) => {
  const { auth, service } = open()
  expect(() => auth.watchSession(options as never)).toThrow(
    expect.objectContaining({ code: 'configuration', argument }),
  )
  await vi.advanceTimersByTimeAsync(10_000)
  expect(service.requests).toEqual([])
})

test('watchSession: a refresh that comes while a rejected token is revoked is kept', async () => {
  const { auth, service } = open()
  const next = mintToken()
  auth.watchSession({ everyMs: 1_000 })
  service.answerInstead = ({ operation }) => {
    if (operation === 'revokeToken') auth.session.write(next)
    return Response.json({})
  }
  await vi.advanceTimersByTimeAsync(1_500)
  expect(auth.session.read()).toBe(next)
})

test('close: ends the watch', async () => {
  const { auth, service } = open()
  auth.watchSession({ everyMs: 1_000 })
  auth.close()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(service.requests).toEqual([])
})
