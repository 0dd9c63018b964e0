// A machine whose clock is wrong: times of this machine and times of the service must not be compared.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import {
  type AuthClient,
  createAuthClient,
  memorySession,
  type Session,
  webStorageSession,
} from '../../src/index.ts'
import { createFakeService, type FakeService } from '@tokenward/test-kit/fake-service'
import { fakeStorage } from '../bed/fake-storage.ts'
import { mintToken } from '../bed/tokens.ts'

const trueNow = 1_800_000_000_000
const hourMs = 3_600_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A token that the service has issued so many seconds ago, by its own clock. */
function issued(secondsAgo: number): string {
  return mintToken({ iat: trueNow / 1_000 - secondsAgo })
}

/** Loads a page in the tab whose sessionStorage is given, with a session of the tab's own. */
function load(service: FakeService, tabStorage: Storage): AuthClient {
  vi.stubGlobal('sessionStorage', tabStorage)
  const session = webStorageSession({ key: 'access_token', storage: 'session' })
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch, pendingStore: 'memory' })
  onTestFinished(() => auth.close())
  return auth
}

const skews = [0, 3 * hourMs, -3 * hourMs]

test.each(skews)(
  'signOut: a tab that was loaded anew follows, although its token was issued later, with a clock that is %i ms ahead',
  async (skew) => {
    vi.setSystemTime(trueNow + skew)
    vi.stubGlobal('localStorage', fakeStorage())
    const [service, there, here] = [createFakeService(), fakeStorage(), fakeStorage()]
    const [old, newer] = [issued(60), issued(20)]
    const first = load(service, there)
    first.session.write(old)
    load(service, here).session.write(newer)
    await vi.advanceTimersByTimeAsync(10_000)
    load(service, here).close()
    // The tab is elsewhere while the user signs out.
    vi.stubGlobal('sessionStorage', there)
    await first.signOut()
    const back = load(service, here)
    await vi.advanceTimersByTimeAsync(0)
    expect(back.session.read()).toBeUndefined()
    expect([old, newer].map(service.isAlive)).toEqual([false, false])
  },
)

test.each(skews)(
  'invariant 7: a new session in a new tab outlives the sign-out before it, with a clock that is %i ms ahead',
  async (skew) => {
    vi.setSystemTime(trueNow + skew)
    vi.stubGlobal('localStorage', fakeStorage())
    const [service, there, here] = [createFakeService(), fakeStorage(), fakeStorage()]
    const first = load(service, there)
    first.session.write(issued(600))
    await first.signOut()
    await vi.advanceTimersByTimeAsync(5_000)
    // The page of the sign-in has no client.
    const next = issued(-2)
    here.setItem('access_token', next)
    for (let loads = 0; loads < 2; loads += 1) {
      const auth = load(service, here)
      await vi.advanceTimersByTimeAsync(0)
      expect(auth.session.read()).toBe(next)
    }
    expect(service.isAlive(next)).toBe(true)
  },
)

test('invariant 7: what a tab remembers of a session is not taken for its next one', async () => {
  vi.setSystemTime(trueNow)
  vi.stubGlobal('localStorage', fakeStorage())
  const [service, there, here] = [createFakeService(), fakeStorage(), fakeStorage()]
  const first = load(service, there)
  first.session.write(issued(600))
  load(service, here).session.write(issued(500))
  // Pages without a client: the user leaves, signs out in the other tab, and signs in again.
  here.removeItem('access_token')
  await vi.advanceTimersByTimeAsync(1_000)
  vi.stubGlobal('sessionStorage', there)
  await first.signOut()
  await vi.advanceTimersByTimeAsync(1_000)
  const next = issued(-2)
  here.setItem('access_token', next)
  expect(load(service, here).session.read()).toBe(next)
  expect(service.isAlive(next)).toBe(true)
})

test('signOut: an entry of an earlier version, which does not say when the token was issued, is still read', () => {
  vi.setSystemTime(trueNow)
  const [shared, here, service] = [fakeStorage(), fakeStorage(), createFakeService()]
  vi.stubGlobal('localStorage', shared)
  const token = issued(60)
  load(service, fakeStorage()).session.write(token)
  const first = load(service, here)
  first.session.write(token)
  void first.signOut()
  for (const key of Array.from({ length: shared.length }, (_, index) => shared.key(index) ?? '')) {
    if (!key.includes('|ended|')) continue
    const value = shared.getItem(key) ?? ''
    shared.removeItem(key)
    shared.setItem(key.replace(/\.[^.]*$/, ''), value)
  }
  const tab = fakeStorage()
  tab.setItem('access_token', token)
  expect(load(service, tab).session.read()).toBeUndefined()
})

test.each(skews)(
  'signOut: a tab whose session says nothing of a change follows, with a clock that is %i ms ahead',
  async (skew) => {
    vi.setSystemTime(trueNow + skew)
    vi.stubGlobal('localStorage', fakeStorage())
    const page = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    const [service, tokens] = [createFakeService(), [issued(60), issued(20)]]
    const [first, second] = tokens.map((token) => {
      const session: Session = memorySession()
      delete session.onChange
      const auth = createAuthClient({ env: 'shop', fetch: service.fetch, session })
      onTestFinished(() => auth.close())
      session.write(token)
      return auth
    })
    await first?.signOut()
    page.dispatchEvent(new Event('storage'))
    await vi.advanceTimersByTimeAsync(0)
    expect(second?.session.read()).toBeUndefined()
    expect(tokens.map(service.isAlive)).toEqual([false, false])
  },
)

/** Signs out, and writes another token of the same user past the client while the sign-out waits for the service. */
async function writeMeanwhile(token: string, next: string): Promise<boolean> {
  const service = createFakeService()
  const session = memorySession()
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
  onTestFinished(() => auth.close())
  session.write(token)
  service.held = []
  const leaving = auth.signOut()
  session.write(next)
  const { held } = service
  service.held = undefined
  await vi.advanceTimersByTimeAsync(0)
  for (const release of held) release()
  await leaving
  expect(service.isAlive(next)).toBe(session.read() === next)
  return session.read() === next
}

test.each(skews)(
  'invariant 7: the same user who signs in anew past updateSession stays signed in, with a clock that is %i ms ahead',
  async (skew) => {
    vi.setSystemTime(trueNow + skew)
    await expect(writeMeanwhile(issued(600), issued(-2))).resolves.toBe(true)
  },
)

test('invariant 7: the same user who signs in twice within one second stays signed in', async () => {
  vi.setSystemTime(trueNow + 900)
  await expect(writeMeanwhile(issued(0), issued(0))).resolves.toBe(true)
})

test('invariant 6: a refresh that comes late is undone, though it brings a token of the same second', async () => {
  vi.setSystemTime(trueNow + 900)
  await expect(writeMeanwhile(issued(600), issued(0))).resolves.toBe(false)
})
