import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AuthClient, type AuthClientOptions, createAuthClient, memorySession } from '../../src/index.ts'
import { type FakeService, fakeService, mintToken, outage } from '../bed/fake-service.ts'
import { eventually } from '../bed/eventually.ts'

const hourMs = 3_600_000

function fakeStore(): {
  getItem(): string | null
  setItem(key: string, value: string): void
  text: string | null
} {
  return {
    text: null,
    getItem() {
      return this.text
    },
    setItem(_key, value) {
      this.text = value
    },
  }
}

function open(service: FakeService, options: Partial<AuthClientOptions> = {}): AuthClient {
  return createAuthClient({ env: 'shop', maxRetries: 0, fetch: service.fetch, ...options })
}

/** A service that is down, and a client that has just tried to sign out. */
async function offline(
  options: Partial<AuthClientOptions> = {},
  token: string = mintToken(),
): Promise<{ service: FakeService; auth: AuthClient; token: string }> {
  const service = fakeService()
  service.trouble = outage
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
  service.trouble = undefined
  await vi.advanceTimersByTimeAsync(60_000)
  expect(auth.pendingRevocations()).toBe(0)
  expect(service.isAlive(token)).toBe(false)
})

test('pendingRevocations: the pauses grow, so that an outage is not made worse', async () => {
  const { service } = await offline()
  await vi.advanceTimersByTimeAsync(hourMs)
  const tries = service.asked.length
  expect(tries).toBeGreaterThan(12)
  expect(tries).toBeLessThan(30)
})

test('pendingRevocations: once done, nothing is asked any more', async () => {
  const { service } = await offline()
  service.trouble = undefined
  await vi.advanceTimersByTimeAsync(60_000)
  const tries = service.asked.length
  await vi.advanceTimersByTimeAsync(hourMs)
  expect(service.asked).toHaveLength(tries)
  expect(vi.getTimerCount()).toBe(0)
})

test('pendingRevocations: a token is given up only a day after its own end, whatever the clock is off by', async () => {
  const { auth } = await offline({}, mintToken({ expiresIn: 3_600 }))
  await vi.advanceTimersByTimeAsync(24 * hourMs)
  expect(auth.pendingRevocations()).toBe(1)
  await vi.advanceTimersByTimeAsync(2 * hourMs)
  expect(auth.pendingRevocations()).toBe(0)
})

test.each(['online', 'visibilitychange'])(
  'pendingRevocations: %s brings the next try forward',
  async (type) => {
    const page = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    const { service, token } = await offline()
    await vi.advanceTimersByTimeAsync(20 * 60_000)
    service.trouble = undefined
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
  service.trouble = undefined
  page.dispatchEvent(new Event('pagehide'))
  expect(service.asked.at(-1)).toEqual({ what: 'revoke', token, keepalive: true })
  await eventually(() => expect(service.isAlive(token)).toBe(false))
  vi.unstubAllGlobals()
})

test('pendingStore: a later page delivers what an earlier one could not', async () => {
  const store = fakeStore()
  const { token } = await offline({ pendingStore: store })
  const service = fakeService()
  const auth = open(service, { pendingStore: store })
  expect(auth.pendingRevocations()).toBe(1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.isAlive(token)).toBe(false)
  expect(auth.pendingRevocations()).toBe(0)
  expect(store.text).toBe('{}')
})

test('pendingStore: an entry is the token and when it was last tried, no more', async () => {
  const store = fakeStore()
  const { token } = await offline({ pendingStore: store })
  expect(JSON.parse(store.text ?? '')).toEqual({ [token]: 0 })
})

test('pendingStore: by default nothing is stored', async () => {
  const written = vi.fn<() => void>()
  const storage = { getItem: () => null, setItem: written }
  vi.stubGlobal('sessionStorage', storage)
  await offline()
  expect(written).not.toHaveBeenCalled()
  vi.unstubAllGlobals()
})

test('pendingStore: two pages share one store and one of them tries', async () => {
  const store = fakeStore()
  await offline({ pendingStore: store })
  const service = fakeService()
  service.trouble = () => new Promise(() => undefined)
  open(service, { pendingStore: store, timeoutMs: 60_000 })
  open(service, { pendingStore: store, timeoutMs: 60_000 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(service.asked).toHaveLength(1)
})

test('pendingStore: a page that was closed while it tried is relieved by another', async () => {
  const store = fakeStore()
  const token = mintToken()
  store.text = JSON.stringify({ [token]: Date.now() })
  const service = fakeService()
  open(service, { pendingStore: store, timeoutMs: 5_000 })
  await vi.advanceTimersByTimeAsync(4_000)
  expect(service.asked).toEqual([])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(service.isAlive(token)).toBe(false)
})

test.each([hourMs, -hourMs])('pendingStore: a clock that was off by %i ms stops nothing', async (offMs) => {
  const store = fakeStore()
  const token = mintToken()
  store.text = JSON.stringify({ [token]: Date.now() + offMs })
  const service = fakeService()
  open(service, { pendingStore: store })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.isAlive(token)).toBe(false)
})

test('pendingStore: one that is full or blocked is replaced by memory', async () => {
  const refuse = (): never => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  const { auth, service, token } = await offline({ pendingStore: { getItem: refuse, setItem: refuse } })
  expect(auth.pendingRevocations()).toBe(1)
  service.trouble = undefined
  await vi.advanceTimersByTimeAsync(10_000)
  expect(service.isAlive(token)).toBe(false)
})

test.each(['', 'x', 'null', '[]', '7'])(
  'pendingStore: a value that is none of ours (%j) is ignored',
  (text) => {
    const store = fakeStore()
    store.text = text
    expect(open(fakeService(), { pendingStore: store }).pendingRevocations()).toBe(0)
  },
)

test('pendingStore: an entry that does not say when it was tried is tried', async () => {
  const store = fakeStore()
  const token = mintToken()
  store.text = JSON.stringify({ [token]: 'once' })
  const service = fakeService()
  const auth = open(service, { pendingStore: store })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.isAlive(token)).toBe(false)
  expect(auth.pendingRevocations()).toBe(0)
})

test('pendingStore: a client of another service leaves alone what is pending', async () => {
  const texts = new Map<string, string>()
  const pendingStore = {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
  }
  await offline({ env: undefined, baseUrl: 'https://one.example', pendingStore })
  const other = fakeService()
  open(other, { env: undefined, baseUrl: 'https://two.example', pendingStore })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(other.asked).toEqual([])
})
