import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createFakeService, type FakeService } from '@tokenward/test-kit/fake-service'
import { outage } from '@tokenward/test-kit/scripted-fetch'
import {
  type AuthClient,
  createAuthClient,
  memorySession,
  type SessionEvent,
  webStorageSession,
} from '../../src/index.ts'
import { fakeStorage } from '../bed/fake-storage.ts'
import { mintToken } from '../bed/tokens.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A page: something that events can be dispatched to, and a document. */
function openPage(): EventTarget {
  const page = new EventTarget()
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'] as const)
    vi.stubGlobal(name, page[name].bind(page))
  vi.stubGlobal('document', { visibilityState: 'visible' })
  return page
}

function open(session = memorySession()): { auth: AuthClient; service: FakeService; events: SessionEvent[] } {
  const service = createFakeService()
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch, maxRetries: 0 })
  onTestFinished(() => auth.close())
  const events: SessionEvent[] = []
  auth.onSessionEvent((event) => events.push(event))
  return { auth, service, events }
}

test('onSessionEvent: tells of a sign-in that the app writes past the client, of a new token, and of another user', async () => {
  openPage()
  const { auth, events } = open()
  auth.session.write(mintToken({ sub: 'one' }))
  auth.session.write(mintToken({ sub: 'one' }))
  auth.session.write(mintToken({ sub: 'two' }))
  await vi.advanceTimersByTimeAsync(0)
  expect(events).toEqual([
    { type: 'signed_in', user: 'one' },
    { type: 'renewed', user: 'one' },
    { type: 'signed_in', user: 'two' },
  ])
})

test('onSessionEvent: a sign-out of this page is told once', async () => {
  openPage()
  const session = memorySession()
  session.write(mintToken())
  const { auth, events } = open(session)
  await auth.signOut()
  expect(events).toEqual([{ type: 'signed_out', source: 'this_tab' }])
})

test('onSessionEvent: a token past its own end has expired, once, and the session stays', async () => {
  openPage()
  const session = memorySession()
  session.write(mintToken({ sub: 'one', expiresIn: 60 }))
  const { auth, events } = open(session)
  await vi.advanceTimersByTimeAsync(58_000)
  expect([events, auth.readSession().isExpired]).toEqual([[], false])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(events).toEqual([{ type: 'expired', user: 'one' }])
  expect(auth.readSession()).toMatchObject({ isSignedIn: true, user: 'one', isExpired: true })
  session.write(mintToken({ sub: 'one' }))
  await vi.advanceTimersByTimeAsync(0)
  expect(events.slice(1)).toEqual([{ type: 'renewed', user: 'one' }])
  expect(auth.readSession().isExpired).toBe(false)
})

test('onSessionEvent: a session that has expired before the page was opened is told as well', async () => {
  openPage()
  const session = memorySession()
  session.write(mintToken({ sub: 'one', expiresIn: -60 }))
  const { events } = open(session)
  await vi.advanceTimersByTimeAsync(0)
  expect(events).toEqual([{ type: 'expired', user: 'one' }])
})

test('onSignedOut: hears of a session that vanished from storage without a sign-out', async () => {
  const page = openPage()
  const storage = fakeStorage()
  vi.stubGlobal('localStorage', storage)
  const session = webStorageSession({ key: 'access_token' })
  session.write(mintToken())
  const { auth, service, events } = open(session)
  const heard: unknown[] = []
  auth.onSignedOut((event) => heard.push(event))
  storage.clear()
  page.dispatchEvent(new Event('storage'))
  await vi.advanceTimersByTimeAsync(0)
  expect(heard).toEqual([{ source: 'vanished' }])
  expect(events).toEqual([{ type: 'signed_out', source: 'vanished' }])
  expect(service.requests).toEqual([])
})

test('onSessionEvent: a revocation that had to wait is told when it is delivered, and one that went through at once is not', async () => {
  openPage()
  const session = memorySession()
  session.write(mintToken())
  const { auth, service, events } = open(session)
  service.answerInstead = outage
  await auth.signOut()
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(30_000)
  expect(auth.pendingRevocations()).toBe(0)
  expect(events).toEqual([{ type: 'signed_out', source: 'this_tab' }, { type: 'revocation_delivered' }])
  session.write(mintToken())
  await auth.signOut()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(events.filter(({ type }) => type === 'revocation_delivered')).toHaveLength(1)
})

test('onSessionEvent: a revocation that fails for a day is told as given up', async () => {
  openPage()
  const session = memorySession()
  session.write(mintToken())
  const { auth, service, events } = open(session)
  service.answerInstead = outage
  await auth.signOut()
  await vi.advanceTimersByTimeAsync(25 * 3_600_000)
  expect(auth.pendingRevocations()).toBe(0)
  expect(events.at(-1)).toEqual({ type: 'revocation_given_up' })
})

test('watchSession: asked to look at once, it finds out when the page loads that the token is dead', async () => {
  openPage()
  const session = memorySession()
  const token = mintToken()
  session.write(token)
  const { auth, service, events } = open(session)
  service.kill(token)
  auth.watchSession({ everyMs: 60_000, immediate: true })
  await vi.advanceTimersByTimeAsync(100)
  expect(events).toEqual([{ type: 'signed_out', source: 'service' }])
})

test('watchSession: a dead token that is past its own end is an expired session, and nobody is signed out', async () => {
  openPage()
  const session = memorySession()
  const token = mintToken({ sub: 'one', expiresIn: -30 })
  session.write(token)
  const { auth, service, events } = open(session)
  service.kill(token)
  auth.watchSession({ everyMs: 60_000, immediate: true })
  await vi.advanceTimersByTimeAsync(120_000)
  expect(events).toEqual([{ type: 'expired', user: 'one' }])
  expect(session.read()).toBe(token)
})

test('readSession: a token that names no user still has a key that changes with it', () => {
  const { auth } = open()
  auth.session.write('opaque-1')
  const first = auth.readSession()
  expect(first).toMatchObject({ isSignedIn: true, user: undefined })
  expect(auth.readSession()).toBe(first)
  auth.session.write('opaque-2')
  expect(auth.readSession().key).not.toBe(first.key)
})

test('onSessionEvent: without a listener nothing is watched, and a listener that was ended hears nothing', async () => {
  openPage()
  const { auth, events } = open()
  const before = vi.getTimerCount()
  const late: SessionEvent[] = []
  const stop = auth.onSessionEvent((event) => late.push(event))
  auth.session.write(mintToken())
  stop()
  await vi.advanceTimersByTimeAsync(0)
  expect(late).toEqual([])
  expect(events).toHaveLength(1)
  auth.close()
  expect(vi.getTimerCount()).toBeLessThanOrEqual(before)
})
