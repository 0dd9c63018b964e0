import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memorySession, type Session } from '../../src/index.ts'
import * as entry from '../../src/sign-out.ts'
import { fakeService, mintToken, outage } from '../bed/fake-service.ts'
import { eventually } from '../bed/eventually.ts'

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
  const service = fakeService()
  const token = mintToken()
  const session = signedIn(token)
  const leaving = signOut({ env: 'shop', session, fetch: service.fetch })
  expect(session.read()).toBeUndefined()
  await expect(leaving).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(service.asked).toEqual([
    { what: 'revoke', token, keepalive: true },
    { what: 'introspect', token, keepalive: true },
  ])
})

test('signOut alone: with nobody signed in it says so and asks nothing', async () => {
  const service = fakeService()
  const result = await signOut({ env: 'shop', session: memorySession(), fetch: service.fetch })
  expect(result).toEqual({ local: 'absent', remote: 'already_inactive' })
  expect(service.asked).toEqual([])
})

test('signOut alone: tells the other tabs by a mark in storage', async () => {
  const setItem = vi.fn<(key: string, value: string) => void>()
  vi.stubGlobal('localStorage', { getItem: () => null, setItem })
  const token = mintToken({ sub: 'someone' })
  await signOut({ env: 'shop', session: signedIn(token), fetch: fakeService().fetch })
  const marks = setItem.mock.calls.filter(([key]) => key === 'tokenward_shop')
  expect(marks).toEqual([['tokenward_shop', expect.stringMatching(/^-?\d+\.-?\d+\.0\.\d+/)]])
  expect(String(marks)).not.toContain(token.slice(-8))
})

test('signOut alone: what could not be delivered is tried again until it is, with growing pauses', async () => {
  const service = fakeService()
  service.trouble = outage
  const token = mintToken()
  const result = await signOut({ env: 'shop', session: signedIn(token), fetch: service.fetch, maxRetries: 0 })
  expect(result).toMatchObject({ local: 'cleared', remote: 'pending', error: { status: 503 } })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.asked.length).toBeGreaterThan(4)
  expect(service.asked.length).toBeLessThan(9)
  service.trouble = undefined
  await vi.advanceTimersByTimeAsync(120_000)
  expect(service.isAlive(token)).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
})

test.each(['online', 'pagehide'])(
  'signOut alone: tries again at once on %s, and not once it is done',
  async (type) => {
    const service = fakeService()
    service.trouble = outage
    const token = mintToken()
    await signOut({ env: 'shop', session: signedIn(token), fetch: service.fetch, maxRetries: 0 })
    service.trouble = undefined
    page.dispatchEvent(new Event(type))
    await eventually(() => expect(service.isAlive(token)).toBe(false))
    await vi.advanceTimersByTimeAsync(10_000)
    const before = service.asked.length
    page.dispatchEvent(new Event(type))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(service.asked).toHaveLength(before)
  },
)

test('signOut alone: the pauses stop growing before a timer takes them for none', async () => {
  const service = fakeService()
  service.trouble = outage
  await signOut({ env: 'shop', session: signedIn(), fetch: service.fetch, maxRetries: 0 })
  for (let times = 0; times < 30; times += 1) {
    page.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(1)
  }
  const before = service.asked.length
  await vi.advanceTimersByTimeAsync(100_000)
  expect(service.asked).toHaveLength(before)
  await vi.advanceTimersByTimeAsync(200_000)
  expect(service.asked.length).toBeGreaterThan(before)
  service.trouble = undefined
  await vi.advanceTimersByTimeAsync(600_000)
})

test('signOut alone: what cannot be a token is not tried again', async () => {
  const service = fakeService()
  const result = await signOut({ env: 'shop', session: signedIn('no token'), fetch: service.fetch })
  expect(result).toMatchObject({ local: 'cleared', remote: 'unconfirmed', error: { code: 'configuration' } })
  expect(vi.getTimerCount()).toBe(0)
})
