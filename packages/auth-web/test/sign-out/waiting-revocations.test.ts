import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import {
  type AuthClient,
  type AuthClientOptions,
  createAuthClient,
  memorySession,
  webStorageSession,
} from '../../src/index.ts'
import { contentOf, fakeStorage, refusingStorage } from '../bed/fake-storage.ts'
import { type FakeService, createFakeService } from '@tokenward/test-kit/fake-service'
import { outage } from '@tokenward/test-kit/scripted-fetch'
import { mintToken } from '../bed/tokens.ts'
import { eventually } from '@tokenward/test-kit/eventually'

const hourMs = 3_600_000

/** What the entries of these tests' client begin with. */
const prefix = 'tokenward|https://shop.api.tcloudbasegateway.com|shop|memory|waiting|'

function open(service: FakeService, options: Partial<AuthClientOptions> = {}): AuthClient {
  return createAuthClient({ env: 'shop', maxRetries: 0, fetch: service.fetch, ...options })
}

/** A service that is down, and a client that has just tried to sign out. */
async function offline(
  options: Partial<AuthClientOptions> = {},
  token: string = mintToken(),
): Promise<{ service: FakeService; auth: AuthClient; token: string }> {
  const service = createFakeService()
  service.answerInstead = outage
  const session = memorySession()
  session.write(token)
  const auth = open(service, { session, ...options })
  expect(await auth.signOut()).toMatchObject({ local: 'cleared', remote: 'pending' })
  return { service, auth, token }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('pendingRevocations: what could not be delivered is tried again until it is', async () => {
  const { service, auth, token } = await offline()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(auth.pendingRevocations()).toBe(1)
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(60_000)
  expect(auth.pendingRevocations()).toBe(0)
  expect(service.isAlive(token)).toBe(false)
})

test('pendingRevocations: the pauses grow, so that an outage is not made worse', async () => {
  const { service } = await offline()
  await vi.advanceTimersByTimeAsync(hourMs)
  const tries = service.requests.length
  expect(tries).toBeGreaterThan(12)
  expect(tries).toBeLessThan(30)
})

test('pendingRevocations: once done, nothing is asked any more', async () => {
  const { service } = await offline()
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(60_000)
  const tries = service.requests.length
  await vi.advanceTimersByTimeAsync(hourMs)
  expect(service.requests).toHaveLength(tries)
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  ['a token of an hour', mintToken({ expiresIn: 3_600 })],
  ['a token of a day', mintToken({ expiresIn: 24 * 3_600 })],
  ['an opaque token', 'opaque-1'],
])('pendingRevocations: %s is given up a day after it was put there', async (_name, token) => {
  const { auth } = await offline({}, token)
  await vi.advanceTimersByTimeAsync(23 * hourMs)
  expect(auth.pendingRevocations()).toBe(1)
  await vi.advanceTimersByTimeAsync(2 * hourMs)
  expect(auth.pendingRevocations()).toBe(0)
})

test('pendingRevocations: "online" that flaps every 100 ms keeps no retry from its turn', async () => {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const { service, token } = await offline()
  service.answerInstead = undefined
  for (let times = 0; times < 20; times += 1) {
    page.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(service.isAlive(token)).toBe(false)
  vi.unstubAllGlobals()
})

test('pendingRevocations: a retry does not outlive the page, and takes nothing of what such requests share', async () => {
  const { service, token } = await offline()
  await vi.advanceTimersByTimeAsync(10_000)
  const [first, ...retries] = service.requests
  expect(first).toMatchObject({ operation: 'revokeToken', token, keepalive: true })
  expect(retries.length).toBeGreaterThan(1)
  expect(retries.filter(({ keepalive }) => keepalive)).toEqual([])
})

test.each(['online', 'visibilitychange'])(
  'pendingRevocations: %s brings the next try forward',
  async (type) => {
    const page = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    const { service, token } = await offline()
    await vi.advanceTimersByTimeAsync(20 * 60_000)
    service.answerInstead = undefined
    page.dispatchEvent(new Event(type))
    await vi.advanceTimersByTimeAsync(300)
    expect(service.isAlive(token)).toBe(false)
    vi.unstubAllGlobals()
  },
)

test('pendingRevocations: a page that closes hands over what is unsent, in a request that outlives it', async () => {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const { service, token } = await offline()
  service.answerInstead = undefined
  page.dispatchEvent(new Event('pagehide'))
  expect(service.requests.at(-1)).toEqual({ operation: 'revokeToken', token, keepalive: true })
  await eventually(() => expect(service.isAlive(token)).toBe(false))
  vi.unstubAllGlobals()
})

test('pendingStore: a later page delivers what an earlier one could not', async () => {
  const store = fakeStorage()
  const { token } = await offline({ pendingStore: store })
  const service = createFakeService()
  const auth = open(service, { pendingStore: store })
  expect(auth.pendingRevocations()).toBe(1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.isAlive(token)).toBe(false)
  expect(auth.pendingRevocations()).toBe(0)
  expect(contentOf(store)).toEqual({})
})

test('pendingStore: there is one entry for each token, with when it was put there and last tried', async () => {
  const store = fakeStorage()
  const { token } = await offline({ pendingStore: store })
  const other = await offline({ pendingStore: store })
  expect(contentOf(store)).toEqual({
    [prefix + token]: `${Date.now()}|0`,
    [prefix + other.token]: `${Date.now()}|0`,
  })
})

test('pendingStore: a tab that was closed while it was trying loses nothing of what others put there', async () => {
  const store = fakeStorage()
  const { token } = await offline({ pendingStore: store })
  const other = mintToken()
  const service = createFakeService()
  service.answerInstead = () => {
    // Between the request and the answer another tab signs out.
    store.setItem(prefix + other, `${Date.now()}|${Date.now()}`)
    return undefined
  }
  open(service, { pendingStore: store })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.isAlive(token)).toBe(false)
  expect(Object.keys(contentOf(store))).toEqual([prefix + other])
})

test('pendingStore: what a closed tab was trying is tried again as soon as that try can have ended', async () => {
  const [store, token] = [fakeStorage(), mintToken()]
  store.setItem(prefix + token, `${Date.now()}|${Date.now()}`)
  await vi.advanceTimersByTimeAsync(9_000)
  const service = createFakeService()
  open(service, { pendingStore: store })
  await vi.advanceTimersByTimeAsync(900)
  expect(service.requests).toEqual([])
  await vi.advanceTimersByTimeAsync(600)
  expect(service.isAlive(token)).toBe(false)
})

test('pendingStore: with memorySession nothing is stored, unless it is asked for', async () => {
  const storage = fakeStorage()
  vi.stubGlobal('sessionStorage', storage)
  const { token } = await offline()
  expect(JSON.stringify(contentOf(storage))).not.toContain(token)
  await offline({ pendingStore: 'session' }, token)
  expect(Object.keys(contentOf(storage))).toContain(prefix + token)
  vi.unstubAllGlobals()
})

test.each(['local', 'session'] as const)(
  'pendingStore: with webStorageSession a revocation waits in the storage of the token: %s',
  async (storage) => {
    const area = fakeStorage()
    vi.stubGlobal('localStorage', storage === 'local' ? area : fakeStorage())
    vi.stubGlobal('sessionStorage', storage === 'session' ? area : fakeStorage())
    const session = webStorageSession({ key: 'app', storage })
    const token = mintToken()
    session.write(token)
    const down = createFakeService()
    down.answerInstead = outage
    const first = open(down, { session })
    expect(await first.signOut()).toMatchObject({ local: 'cleared', remote: 'pending' })
    first.close()
    const service = createFakeService()
    open(service, { session: webStorageSession({ key: 'app', storage }) })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(service.isAlive(token)).toBe(false)
    vi.unstubAllGlobals()
  },
)

test('pendingStore: two pages share one store and one of them tries', async () => {
  const store = fakeStorage()
  await offline({ pendingStore: store })
  const service = createFakeService()
  service.answerInstead = () => new Promise(() => undefined)
  open(service, { pendingStore: store, timeoutMs: 60_000 })
  open(service, { pendingStore: store, timeoutMs: 60_000 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(service.requests).toHaveLength(1)
})

test('pendingStore: a page that was closed while it tried is relieved by another', async () => {
  const token = mintToken()
  const store = fakeStorage([[prefix + token, `${Date.now()}|${Date.now()}`]])
  const service = createFakeService()
  open(service, { pendingStore: store, timeoutMs: 5_000 })
  await vi.advanceTimersByTimeAsync(4_000)
  expect(service.requests).toEqual([])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(service.isAlive(token)).toBe(false)
})

test('pendingStore: a page that leaves while it tries lets the next page try at once', async () => {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const store = fakeStorage()
  const down = createFakeService()
  down.answerInstead = () => new Promise(() => undefined)
  const leaving = open(down, { pendingStore: store })
  leaving.session.write(mintToken())
  void leaving.signOut()
  page.dispatchEvent(new Event('pagehide'))
  const service = createFakeService()
  open(service, { pendingStore: store })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.requests.length).toBeGreaterThan(0)
  vi.unstubAllGlobals()
})

test.each([hourMs, -hourMs, 30 * hourMs, -30 * hourMs])(
  'pendingStore: after the clock was changed by %i ms, a token is tried, and delivered',
  async (offMs) => {
    const token = mintToken()
    const at = Date.now() + offMs
    const store = fakeStorage([[prefix + token, `${at}|${at}`]])
    const service = createFakeService()
    open(service, { pendingStore: store })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(service.isAlive(token)).toBe(false)
  },
)

test('pendingStore: a token that a day has passed over is tried once more, and given up when that fails', async () => {
  const token = mintToken()
  const store = fakeStorage([[prefix + token, `${Date.now() - 25 * hourMs}|0`]])
  const service = createFakeService()
  service.answerInstead = outage
  const auth = open(service, { pendingStore: store })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.requests).toHaveLength(1)
  expect(auth.pendingRevocations()).toBe(0)
})

test('pendingStore: an app that clears its storage after a sign-out loses no revocation', async () => {
  const store = fakeStorage()
  const { auth, service, token } = await offline({ pendingStore: store })
  store.clear()
  expect(auth.pendingRevocations()).toBe(1)
  await vi.advanceTimersByTimeAsync(20_000)
  service.answerInstead = undefined
  const settled = vi.fn<(event: { type: string }) => void>()
  auth.onSessionEvent(settled)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.isAlive(token)).toBe(false)
  expect(auth.pendingRevocations()).toBe(0)
  expect(settled.mock.calls).toEqual([[{ type: 'revocation_delivered' }]])
  expect(store.length).toBe(0)
})

/** A storage that tells a page of what the other tabs do to it. */
function sharedStorage(): { readonly here: Storage; readonly there: Storage } {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const here = fakeStorage()
  const tell = (key: string, newValue: string | null): void =>
    void page.dispatchEvent(Object.assign(new Event('storage'), { key, newValue }))
  const there: Storage = Object.create(here, {
    setItem: {
      value: (key: string, value: string) => {
        here.setItem(key, value)
        tell(key, value)
      },
    },
    removeItem: {
      value: (key: string) => {
        here.removeItem(key)
        tell(key, null)
      },
    },
  }) as Storage
  return { here, there }
}

test('pendingStore: an app that removes each entry in another tab loses no revocation', async () => {
  const { here, there } = sharedStorage()
  const { auth, service, token } = await offline({ pendingStore: here })
  there.removeItem(prefix + token)
  expect(auth.pendingRevocations()).toBe(1)
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.isAlive(token)).toBe(false)
  vi.unstubAllGlobals()
})

test.each([30 * hourMs, -30 * hourMs])(
  'pendingRevocations: after a clock that is set by %i ms the tries go on, for a day',
  async (offMs) => {
    const { auth, service } = await offline()
    vi.setSystemTime(Date.now() + offMs)
    await vi.advanceTimersByTimeAsync(23 * hourMs)
    expect(auth.pendingRevocations()).toBe(1)
    expect(service.requests.length).toBeGreaterThan(100)
    await vi.advanceTimersByTimeAsync(2 * hourMs)
    expect(auth.pendingRevocations()).toBe(0)
  },
)

test('pendingStore: what another tab has delivered is not sent again', async () => {
  const { here, there } = sharedStorage()
  const { auth, service } = await offline({ pendingStore: here })
  const elsewhere = createFakeService()
  const other = open(elsewhere, { pendingStore: there })
  await vi.advanceTimersByTimeAsync(0)
  await eventually(() => expect(here.length).toBe(0))
  other.close()
  expect(auth.pendingRevocations()).toBe(0)
  const sent = service.requests.length
  await vi.advanceTimersByTimeAsync(hourMs)
  expect(service.requests).toHaveLength(sent)
  vi.unstubAllGlobals()
})

test('pendingStore: an entry of another app whose token ends alike is none of this page', async () => {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const { auth, service, token } = await offline({}, 'def')
  const key = `tokenward|https://other.example|shop|memory|waiting|abc${token}`
  page.dispatchEvent(Object.assign(new Event('storage'), { key, newValue: null }))
  expect(auth.pendingRevocations()).toBe(1)
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.isAlive(token)).toBe(false)
  vi.unstubAllGlobals()
})

test('a storage that neither keeps nor refuses what it is given is replaced by memory', async () => {
  const forgetful = Object.assign(fakeStorage(), { setItem: () => undefined })
  vi.stubGlobal('localStorage', forgetful)
  const token = mintToken()
  const session = webStorageSession({ key: 'access_token' })
  session.write(token)
  expect(session.read()).toBe(token)
  const { auth, service } = await offline({ session, pendingStore: forgetful }, token)
  expect(auth.pendingRevocations()).toBe(1)
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(10_000)
  expect(service.isAlive(token)).toBe(false)
  vi.unstubAllGlobals()
})

test('pendingStore: one that is full or blocked is replaced by memory', async () => {
  const { auth, service, token } = await offline({ pendingStore: refusingStorage() })
  expect(auth.pendingRevocations()).toBe(1)
  service.answerInstead = undefined
  await vi.advanceTimersByTimeAsync(10_000)
  expect(service.isAlive(token)).toBe(false)
})

test.each([
  ['no token', 'no token', '1|0'],
  ['an empty key', '', '1|0'],
])(
  'pendingStore: a damaged entry never becomes a request, and is removed: %s',
  async (_name, token, value) => {
    const other = 'tokenward|https://other.example|shop|memory|waiting|abc'
    const store = fakeStorage([
      [prefix + token, value],
      [other, '1|0'],
    ])
    const service = createFakeService()
    const auth = open(service, { pendingStore: store })
    expect(auth.pendingRevocations()).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(service.requests).toEqual([])
    expect(Object.keys(contentOf(store))).toEqual([other])
  },
)

test('signOut: with an option that is refused, a session that is no token is kept nowhere', async () => {
  const store = fakeStorage()
  const session = memorySession()
  const auth = open(createFakeService(), { session, pendingStore: store })
  session.write(`Bearer ${mintToken()}`)
  expect(await auth.signOut({ timeout: 1 } as object)).toMatchObject({ error: { argument: 'timeout' } })
  expect(session.read()).toBeUndefined()
  expect(store.length).toBe(0)
  expect(auth.pendingRevocations()).toBe(0)
})

test.each(['', 'x', 'once|never', '|'])(
  'pendingStore: an entry that does not say when it was put there (%j) is tried',
  async (value) => {
    const token = mintToken()
    const service = createFakeService()
    const auth = open(service, { pendingStore: fakeStorage([[prefix + token, value]]) })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(service.isAlive(token)).toBe(false)
    expect(auth.pendingRevocations()).toBe(0)
  },
)

test.each([
  [
    { env: undefined, baseUrl: 'https://one.example' },
    { env: undefined, baseUrl: 'https://two.example' },
  ],
  [
    { env: 'one', clientId: 'app' },
    { env: 'two', clientId: 'app' },
  ],
])('pendingStore: a client of another service leaves alone what waits: %o, %o', async (one, two) => {
  const pendingStore = fakeStorage()
  const { token } = await offline({ ...one, pendingStore })
  const other = createFakeService()
  open(other, { ...two, pendingStore })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(other.requests).toEqual([])
  const same = createFakeService()
  open(same, { ...one, pendingStore })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(same.isAlive(token)).toBe(false)
})

test('pendingStore: an address with and without a slash at its end is one service', async () => {
  const pendingStore = fakeStorage()
  const { token } = await offline({ env: undefined, baseUrl: 'https://one.example', pendingStore })
  const service = createFakeService()
  open(service, { env: undefined, baseUrl: 'https://ONE.example/', pendingStore })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.isAlive(token)).toBe(false)
})

test.each(['disk', 7, {}, { getItem: () => null }])('pendingStore: %o is refused by name', (pendingStore) => {
  expect(() => open(createFakeService(), { pendingStore: pendingStore as never })).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'pendingStore' }),
  )
})

test('close: a closed client tries no more, and the next one delivers what waits in storage', async () => {
  const store = fakeStorage()
  const { auth, service, token } = await offline({ pendingStore: store })
  auth.close()
  const { length } = service.requests
  await vi.advanceTimersByTimeAsync(hourMs)
  expect(service.requests.length - length).toBeLessThanOrEqual(0)
  expect(vi.getTimerCount()).toBe(0)
  const next = createFakeService()
  open(next, { pendingStore: store })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(next.isAlive(token)).toBe(false)
})

test('pendingStore: where localStorage is full to the last byte, a revocation waits in the storage of the tab', async () => {
  const [full, tab] = [fakeStorage(), fakeStorage()]
  vi.stubGlobal('localStorage', full)
  vi.stubGlobal('sessionStorage', tab)
  onTestFinished(() => void vi.unstubAllGlobals())
  const service = createFakeService()
  service.answerInstead = outage
  const session = webStorageSession({ key: 'access_token' })
  const token = mintToken()
  session.write(token)
  const setItem = full.setItem.bind(full)
  full.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  expect(await open(service, { session }).signOut()).toMatchObject({ local: 'cleared', remote: 'pending' })
  // The page is gone, and so is its memory.
  expect(contentOf(full)).toEqual({})
  expect(Object.keys(contentOf(tab)).some((key) => key.endsWith(token))).toBe(true)
  service.answerInstead = undefined
  full.setItem = setItem
  const next = open(service, { session: webStorageSession({ key: 'access_token' }) })
  expect(next.pendingRevocations()).toBe(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.isAlive(token)).toBe(false)
  expect(next.pendingRevocations()).toBe(0)
  expect(Object.keys(contentOf(tab))).toEqual([])
})
