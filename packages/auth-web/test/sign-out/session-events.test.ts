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

// Without a page, which looks at its session 300,000 times a day.
test('onSessionEvent: a revocation that fails for a day is told as given up', async () => {
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
  service.dead.add(token)
  auth.watchSession({ everyMs: 60_000, immediate: true })
  await vi.advanceTimersByTimeAsync(100)
  expect(events).toEqual([{ type: 'signed_out', source: 'service' }])
})

test('watchSession: a token that only this clock calls expired is an expired session, and nobody is signed out', async () => {
  openPage()
  const session = memorySession()
  const token = mintToken({ sub: 'one', expiresIn: -120 })
  session.write(token)
  const { auth, service, events } = open(session)
  auth.watchSession({ everyMs: 60_000, immediate: true })
  await vi.advanceTimersByTimeAsync(120_000)
  expect(events).toEqual([{ type: 'expired', user: 'one' }])
  expect(session.read()).toBe(token)
  expect(service.requests).toEqual([])
})

test('watchSession: a dead token that is past its own end is an expired session, and nobody is signed out', async () => {
  openPage()
  const session = memorySession()
  const token = mintToken({ sub: 'one', expiresIn: -30 })
  session.write(token)
  const { auth, service, events } = open(session)
  service.dead.add(token)
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

test.each([undefined, null, 42, {}, 'changed'])(
  'onSessionEvent, onSignedOut, onChange: %o is no listener',
  (listener) => {
    const { auth } = open()
    const onChange = (heard: () => void): unknown => auth.session.onChange?.(heard)
    for (const listen of [auth.onSessionEvent, auth.onSignedOut, onChange])
      expect(() => listen(listener as never)).toThrow(
        expect.objectContaining({ code: 'configuration', argument: 'listener' }),
      )
  },
)

test('onSessionEvent: a function that listens twice is called twice, and ended once for each', async () => {
  openPage()
  const { auth } = open()
  const heard: SessionEvent[] = []
  const listener = (event: SessionEvent): unknown => heard.push(event)
  const stop = auth.onSessionEvent(listener)
  auth.onSessionEvent(listener)
  auth.session.write(mintToken({ sub: 'one' }))
  await vi.advanceTimersByTimeAsync(0)
  expect(heard).toHaveLength(2)
  stop()
  stop()
  auth.session.write(mintToken({ sub: 'two' }))
  await vi.advanceTimersByTimeAsync(0)
  expect(heard).toHaveLength(3)
})

test('memorySession: a function that listens twice is called twice, and ended once for each', () => {
  const session = memorySession()
  const listener = vi.fn<() => void>()
  const stop = session.onChange?.(listener)
  session.onChange?.(listener)
  session.write(mintToken())
  expect(listener).toHaveBeenCalledTimes(2)
  stop?.()
  session.clear()
  expect(listener).toHaveBeenCalledTimes(3)
})

test('close: a closed client tells nothing, asks nothing and watches nothing, also for those who come later', async () => {
  openPage()
  vi.stubGlobal('localStorage', fakeStorage())
  const session = webStorageSession({ key: 'access_token' })
  session.write(mintToken({ sub: 'one', expiresIn: 60 }))
  const { auth, service, events } = open(session)
  auth.close()
  auth.onSessionEvent((event) => events.push(event))
  auth.onSignedOut(() => events.push({ type: 'signed_out', source: 'vanished' }))
  auth.watchSession({ everyMs: 1_000, immediate: true })
  session.write(mintToken({ sub: 'two' }))
  session.clear()
  await vi.advanceTimersByTimeAsync(120_000)
  expect([events, service.requests, vi.getTimerCount()]).toEqual([[], [], 0])
})

test.each([
  ['clears its storage', (storage: Storage) => storage.clear(), { type: 'signed_out', source: 'vanished' }],
  [
    'writes to it',
    (storage: Storage) => storage.setItem('access_token', mintToken({ sub: 'two' })),
    { type: 'signed_in', user: 'two' },
  ],
])('onSessionEvent: an app that %s by itself, in this page, is followed', async (_what, change, event) => {
  openPage()
  const storage = fakeStorage()
  vi.stubGlobal('localStorage', storage)
  const session = webStorageSession({ key: 'access_token' })
  session.write(mintToken({ sub: 'one' }))
  const { events } = open(session)
  change(storage)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(events).toEqual([event])
})

test('onSignedOut: a session that ends in several tabs at once ends once in this one', async () => {
  const page = openPage()
  const storage = fakeStorage()
  vi.stubGlobal('localStorage', storage)
  const session = webStorageSession({ key: 'access_token' })
  const token = mintToken()
  session.write(token)
  const tabs = [1, 2, 3].map(() => open(webStorageSession({ key: 'access_token' })))
  // Each has read the token before the others removed it.
  const leaving = tabs.map(({ auth }) => {
    storage.setItem('access_token', token)
    return auth.signOut()
  })
  await Promise.all(leaving)
  page.dispatchEvent(new Event('storage'))
  await vi.advanceTimersByTimeAsync(0)
  expect(tabs.map(({ events }) => events.filter(({ type }) => type === 'signed_out'))).toEqual(
    tabs.map(() => [{ type: 'signed_out', source: expect.stringMatching(/_tab$/) as string }]),
  )
})

test('onSignedOut: the end of the next session of the same user is news again', async () => {
  const page = openPage()
  const storage = fakeStorage()
  vi.stubGlobal('localStorage', storage)
  const session = webStorageSession({ key: 'access_token' })
  const [here, there] = [open(session), open(session)]
  for (let sessions = 1; sessions <= 2; sessions += 1) {
    session.write(mintToken({ iat: sessions }))
    await vi.advanceTimersByTimeAsync(1_000)
    await there.auth.signOut()
    page.dispatchEvent(new Event('storage'))
    await vi.advanceTimersByTimeAsync(0)
    expect(here.events.filter(({ type }) => type === 'signed_out')).toHaveLength(sessions)
  }
})
