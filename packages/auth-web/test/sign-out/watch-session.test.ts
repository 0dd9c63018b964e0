import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AuthClient, createAuthClient, memorySession } from '../../src/index.ts'
import { type FakeService, fakeService, mintToken, outage } from '../bed/fake-service.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open(token: string = mintToken()): { auth: AuthClient; service: FakeService; heard: string[] } {
  const service = fakeService()
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
  service.trouble = () => Response.json({})
  await vi.advanceTimersByTimeAsync(60_000)
  expect(auth.session.read()).toBeUndefined()
  expect(heard).toEqual(['service'])
})

test('watchSession: an outage signs nobody out', async () => {
  const { auth, service, heard } = open()
  service.trouble = outage
  auth.watchSession({ everyMs: 1_000 })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(service.asked.length).toBeGreaterThan(20)
  expect(auth.session.read()).toBeTruthy()
  expect(heard).toEqual([])
})

test('watchSession: a token that has expired by this clock signs nobody out', async () => {
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
  expect(service.asked).toHaveLength(1)
  stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(service.asked).toHaveLength(1)
  auth.session.clear()
  auth.watchSession({ everyMs: 1_000 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(service.asked).toHaveLength(1)
})

test('watchSession: a token that was replaced while the service was asked does not end its successor', async () => {
  const { auth, service, heard } = open()
  const next = mintToken()
  service.trouble = () => {
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
  service.trouble = () => Response.json({})
  auth.watchSession({ everyMs: 15_000 })
  await vi.advanceTimersByTimeAsync(15_000)
  expect(service.asked).toHaveLength(1)
  expect(auth.session.read()).toBeTruthy()
  expect(heard).toEqual([])
})
