import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAuthClient, memorySession, type Session, webStorageSession } from '../../src/index.ts'
import * as entry from '../../src/sign-out.ts'
import { createFakeService } from '@tokenward/test-kit/fake-service'
import { outage } from '@tokenward/test-kit/scripted-fetch'
import { contentOf, fakeStorage } from '../bed/fake-storage.ts'
import { mintToken } from '../bed/tokens.ts'
import { eventually } from '@tokenward/test-kit/eventually'

const { signOut } = entry

/** A page whose events the test sends. */
const page = new EventTarget()

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function signedIn(token = mintToken()): Session {
  const session = memorySession()
  session.write(token)
  return session
}

test('exports: the entry for a page that only signs out has one function', () => {
  expect(Object.keys(entry)).toEqual(['signOut'])
})

test('signOut alone: the session is gone at once, and the token is proven dead', async () => {
  const service = createFakeService()
  const token = mintToken()
  const session = signedIn(token)
  const leaving = signOut({ env: 'shop', session, fetch: service.fetch })
  expect(session.read()).toBeUndefined()
  await expect(leaving).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(service.requests).toEqual([
    { operation: 'revokeToken', token, keepalive: true },
    { operation: 'verifyToken', token, keepalive: undefined },
  ])
})

test('signOut alone: with nobody signed in it says so and asks nothing', async () => {
  const service = createFakeService()
  const result = await signOut({ env: 'shop', session: memorySession(), fetch: service.fetch })
  expect(result).toEqual({ local: 'absent', remote: 'none' })
  expect(service.requests).toEqual([])
})

test('signOut alone: leaves word before the token goes, so that a tab that sees it vanish knows why', async () => {
  const storage = fakeStorage()
  vi.stubGlobal('localStorage', storage)
  const session = signedIn()
  const clear = vi.spyOn(session, 'clear').mockImplementation(() => {
    expect(Object.keys(contentOf(storage)).filter((key) => key.includes('|ended|'))).toHaveLength(1)
  })
  await signOut({ env: 'shop', session, fetch: createFakeService().fetch })
  expect(clear).toHaveBeenCalledOnce()
  expect(clear).toHaveReturned()
})

test('signOut alone: tells the other tabs by an entry in storage, which holds no part of the token', async () => {
  const storage = fakeStorage()
  vi.stubGlobal('localStorage', storage)
  const token = mintToken({ sub: 'someone' })
  await signOut({ env: 'shop', session: signedIn(token), fetch: createFakeService().fetch })
  const entries = Object.entries(contentOf(storage)).filter(([key]) => key.includes('|ended|'))
  expect(entries).toEqual([[expect.stringMatching(/\|ended\|-?\d+\.-?\d+\.$/), `${Date.now()}`]])
  expect(String(entries)).not.toContain(token.slice(-8))
})

test('signOut alone: what waits is kept where the session kept the token, and the next page delivers it', async () => {
  vi.stubGlobal('localStorage', fakeStorage())
  const session = webStorageSession({ key: 'app' })
  const token = mintToken()
  session.write(token)
  const down = createFakeService()
  down.answerInstead = outage
  await signOut({ env: 'shop', session, fetch: down.fetch, maxRetries: 0 })
  const service = createFakeService()
  expect(createAuthClient({ env: 'shop', session, fetch: service.fetch }).pendingRevocations()).toBe(1)
  down.answerInstead = () => new Promise(() => undefined)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.isAlive(token)).toBe(false)
})

test('signOut alone: a mistake in the options is named, and the user is signed out all the same', async () => {
  const session = signedIn()
  await expect(signOut({ env: 'shop', session, timeout: 5_000 } as never)).rejects.toMatchObject({
    code: 'configuration',
    argument: 'timeout',
  })
  expect(session.read()).toBeUndefined()
})

test('signOut alone: what could not be delivered is tried again until it is, with growing pauses', async () => {
  const service = createFakeService()
  service.answerInstead = outage
  const token = mintToken()
  const result = await signOut({ env: 'shop', session: signedIn(token), fetch: service.fetch, maxRetries: 0 })
  expect(result).toMatchObject({ local: 'cleared', remote: 'pending', error: { status: 503 } })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.requests.length).toBeGreaterThan(4)
  expect(service.requests.length).toBeLessThan(9)
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(120_000)
  expect(service.isAlive(token)).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
})

test.each(['online', 'pagehide'])(
  'signOut alone: tries again at once on %s, and not once it is done',
  async (type) => {
    const service = createFakeService()
    service.answerInstead = outage
    const token = mintToken()
    await signOut({ env: 'shop', session: signedIn(token), fetch: service.fetch, maxRetries: 0 })
    service.answerInstead = undefined
    page.dispatchEvent(new Event(type))
    await eventually(() => expect(service.isAlive(token)).toBe(false))
    await vi.advanceTimersByTimeAsync(10_000)
    const before = service.requests.length
    page.dispatchEvent(new Event(type))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(service.requests).toHaveLength(before)
  },
)

test('signOut alone: the pauses stop growing at some minutes', async () => {
  const service = createFakeService()
  service.answerInstead = outage
  await signOut({ env: 'shop', session: signedIn(), fetch: service.fetch, maxRetries: 0 })
  await vi.advanceTimersByTimeAsync(3 * 3_600_000)
  const before = service.requests.length
  await vi.advanceTimersByTimeAsync(3_600_000)
  const inOneHour = service.requests.length - before
  // One pause is 256 to 512 seconds.
  expect(inOneHour).toBeGreaterThanOrEqual(7)
  expect(inOneHour).toBeLessThanOrEqual(15)
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(600_000)
})

test('signOut alone: what cannot be a token is not tried again', async () => {
  const service = createFakeService()
  const result = await signOut({ env: 'shop', session: signedIn('no token'), fetch: service.fetch })
  expect(result).toMatchObject({ local: 'cleared', remote: 'unconfirmed', error: { code: 'configuration' } })
  expect(vi.getTimerCount()).toBe(0)
})
