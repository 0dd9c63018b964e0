import { createHash, hash } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  createAuthClient,
  type RevocationStore,
  type RevocationSubscriber,
  type SharedAnswer,
  type SharedAnswers,
} from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, keyOf, mint } from '../fake-service.ts'

const rejected = { active: false, reason: 'rejected' }

/** A store of the user's own, in memory. */
function createStore(
  own: Partial<SharedAnswers> = {},
  isThere: boolean = true,
): {
  store: RevocationStore
  /** Tells the verifier of a revocation elsewhere. */
  deliver: (key: string, until: number) => void
  /** Tells the verifier whether the store is there. */
  attach: (isAttached: boolean, againWithinMs?: number) => void
  /** Tells the verifier that all sessions of a user were ended elsewhere. */
  cutOff: (sub: string, service: string) => void
  published: string[]
  /** The keys under which answers were shared or looked for. */
  asked: Set<string>
} {
  const values = new Map<string, SharedAnswer>()
  const published: string[] = []
  const asked = new Set<string>()
  let deliver = (_key: string, _until: number): void => undefined
  let subscriber: RevocationSubscriber | undefined
  const store: RevocationStore = {
    subscribe(given) {
      subscriber = given
      deliver = given.onRevoked
      given.onAttached(isThere)
      return async () => undefined
    },
    async publish(key) {
      published.push(key)
      return true
    },
    answers: {
      async read(key) {
        asked.add(key)
        return values.get(key)
      },
      async claim(key) {
        asked.add(key)
        return true
      },
      async write(key, value, ttlMs) {
        asked.add(key)
        if (value === undefined) values.delete(key)
        else values.set(key, { value, remainingMs: ttlMs })
      },
      ...own,
    },
  }
  return {
    store,
    deliver: (key, until) => deliver(key, until),
    attach: (isAttached, againWithinMs) => subscriber?.onAttached(isAttached, againWithinMs),
    cutOff: (sub, service) =>
      subscriber?.onCutOff?.({ service, sub, issuedBefore: Date.now(), until: Date.now() + 60_000 }),
    published,
    asked,
  }
}

test('revoke: after a failure the shared answer is not believed either', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { store: createStore().store })
  const token = mint()
  await verifier.verifyToken(token)
  service.isDown = true
  await expect(verifier.revoke(token)).rejects.toMatchObject({ code: 'api' })
  service.isDown = false
  service.dead.add(token)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test('revoke: after a failure a shared answer that could not be removed is not believed', async () => {
  const service = fakeService()
  const { store, attach } = createStore()
  const verifier = createTokenVerifier(service.auth, { store })
  const token = mint()
  await verifier.verifyToken(token)
  attach(false)
  service.isDown = true
  await expect(verifier.revoke(token)).rejects.toMatchObject({ code: 'api' })
  service.isDown = false
  attach(true)
  service.dead.add(token)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test.each<[string, RevocationStore['publish']]>([
  ['rejects', () => Promise.reject(new Error('broken'))],
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['resolves to nothing', () => Promise.resolve() as unknown as Promise<boolean>],
])(
  'revoke: a store whose publish %s counts as not told, and the token stays revoked',
  async (_name, publish) => {
    const { auth } = fakeService()
    const verifier = createTokenVerifier(auth, { store: { ...createStore().store, publish } })
    expect(await verifier.revoke(mint())).toEqual({ outcome: 'revoked', shared: false })
    // No call waits for this publication: a rejection would be unhandled, and end the process.
    expect(await auth.revokeToken(mint())).toEqual({ outcome: 'revoked' })
  },
)

test('a message without a time ends no revocation', async () => {
  const service = fakeService()
  const { store, deliver, published } = createStore()
  const verifier = createTokenVerifier(service.auth, { store })
  const token = mint()
  await verifier.revoke(token)
  service.dead.clear()
  for (const key of published) deliver(key, Number.NaN)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test.each([
  ['one call', { hash, createHash }],
  ['one stream', { createHash }],
  ['Web Crypto', undefined],
])('keys of the store are the SHA-256 in base64, where it is made by %s', async (_name, crypto) => {
  const builtin = (id: string): unknown => (id === 'node:crypto' ? crypto : undefined)
  // The types know each module by its name.
  const spy = vi.spyOn(process, 'getBuiltinModule').mockImplementation(builtin as never)
  const { store, deliver, published, asked } = createStore()
  const { auth } = fakeService()
  const verifier = createTokenVerifier(auth, { store })
  spy.mockRestore()
  const [here, elsewhere] = [mint(), mint()]
  await verifier.verifyToken(here)
  await verifier.revoke(here)
  expect(published).toEqual([keyOf(here)])
  expect([...asked]).toEqual([`${auth.serviceUrl} shop:${keyOf(here)}`])
  deliver(keyOf(elsewhere), Date.now() + 60_000)
  expect(await verifier.verifyToken(elsewhere)).toEqual(rejected)
})

test('a message whose key is not a SHA-256 is ignored', async () => {
  const { store, deliver } = createStore()
  const verifier = createTokenVerifier(fakeService().auth, { store })
  const until = Date.now() + 60_000
  const token = mint()
  const key = keyOf(token)
  // The last one breaks the type, as a store of the user's own may.
  for (const junk of ['', 'no base64!', btoa('short'), key.slice(1), `${key}\n`, undefined as never])
    deliver(junk, until)
  expect(verifier.stats().tombstones).toBe(0)
  deliver(key, until)
  expect(verifier.stats().tombstones).toBe(1)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test('shared answers: an answer about another application is not believed', async () => {
  const { store } = createStore()
  const [staging, production] = [fakeService(), fakeService()]
  const token = mint()
  production.dead.add(token)
  await createTokenVerifier({ ...staging.auth, clientId: 'staging' }, { store }).verifyToken(token)
  const verifier = createTokenVerifier({ ...production.auth, clientId: 'production' }, { store })
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test('shared answers: an answer of another service is not believed, also for the same application', async () => {
  const { store } = createStore()
  const [staging, production] = [fakeService(), fakeService()]
  const token = mint()
  production.dead.add(token)
  const elsewhere = { ...staging.auth, serviceUrl: 'https://staging.example' }
  await createTokenVerifier(elsewhere, { store }).verifyToken(token)
  await settle()
  const verifier = createTokenVerifier(production.auth, { store })
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test('shared answers: one that was read is remembered here', async () => {
  const { store } = createStore()
  const token = mint()
  await createTokenVerifier(fakeService().auth, { store }).verifyToken(token)
  await settle()
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { store })
  const verdict = await verifier.verifyToken(token)
  expect(service.requests).toEqual([])
  expect(verifier.peek(token)).toBe(verdict)
})

test.each([
  { scope: ['anonymous'] },
  { client_id: 5 },
  { sub: ' ' },
  { sub: 42 },
  { token_type: 'mac' },
  { token_type: null },
  { error: 'invalid_token' },
  { error_code: 0 },
])('shared answers: an answer that the service would not give is not believed: %j', async (claims) => {
  const result = { active: true, sub: '42', ...claims }
  const value = JSON.stringify({ result, ageMs: 0, ttlMs: 30_000 })
  const read = async (): Promise<SharedAnswer> => ({ value, remainingMs: 30_000 })
  const verifier = createTokenVerifier(fakeService().auth, { store: createStore({ read }).store })
  expect(await verifier.verifyToken(mint())).toMatchObject({ client_id: 'shop', scope: 'user' })
})

test.each(['read', 'claim', 'write'] as const)(
  'shared answers: a %s that never settles holds up neither checks nor revocations',
  async (step) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const { store } = createStore({ [step]: () => new Promise(() => undefined) })
      const verifier = createTokenVerifier(fakeService().auth, { store })
      const token = mint()
      const verdict = verifier.verifyToken(token)
      await vi.advanceTimersByTimeAsync(5_000)
      expect(await verdict).toMatchObject({ active: true })
      const revoked = verifier.revoke(token)
      await vi.advanceTimersByTimeAsync(5_000)
      expect(await revoked).toEqual({ outcome: 'revoked', shared: true })
    } finally {
      vi.useRealTimers()
    }
  },
)

/** Lets the background work of a verifier go on that waits for no timer. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('shared answers: a revocation made while the store was away removes the shared answer once it is back', async () => {
  const service = fakeService()
  const { store, attach, asked } = createStore()
  const verifier = createTokenVerifier(service.auth, { store })
  const token = mint()
  await verifier.verifyToken(token)
  await settle()
  const [key = ''] = asked
  expect(await store.answers?.read(key)).toBeDefined()
  attach(false)
  await verifier.revoke(token)
  expect(await store.answers?.read(key)).toBeDefined()
  attach(true)
  await settle()
  expect(await store.answers?.read(key)).toBeUndefined()
})

test('a revocation is remembered for at least as long as an older answer could be believed', async () => {
  let now = Date.now()
  const service = fakeService()
  const { store, deliver } = createStore()
  const options = { store, now: () => now, revocationWindowMs: 3_600_000 }
  const [verifier, other] = [
    createTokenVerifier(service.auth, { ...options, tombstoneMs: 1 }),
    createTokenVerifier(fakeService().auth, options),
  ]
  const [token, elsewhere] = [mint(), mint()]
  await verifier.revoke(token)
  // The other process remembers opaque tokens for a moment only.
  deliver(keyOf(elsewhere), now + 1)
  service.dead.clear()
  now += 3_600_000
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(await other.verifyToken(elsewhere)).toEqual(rejected)
})

test('shared answers: their age does not depend on the clocks of the machines', async () => {
  let remainingMs = 60_000
  const value = JSON.stringify({ result: { active: true, sub: 'shared' }, ageMs: 10_000, ttlMs: 60_000 })
  const read = async (): Promise<SharedAnswer> => ({ value, remainingMs })
  // A reader whose clock is an hour behind.
  const now = (): number => Date.now() - 3_600_000
  const { store } = createStore({ read })
  const verifier = createTokenVerifier(fakeService().auth, { store, now, revocationWindowMs: 30_000 })
  expect(await verifier.verifyToken(mint())).toMatchObject({ sub: 'shared' })
  remainingMs = 41_000
  expect(await verifier.verifyToken(mint())).toMatchObject({ sub: 'shared' })
  // 10 seconds old when it was written, and written 20 seconds ago.
  remainingMs = 40_000
  expect(await verifier.verifyToken(mint())).toMatchObject({ sub: '42' })
  remainingMs = -1
  expect(await verifier.verifyToken(mint())).toMatchObject({ sub: '42' })
})

test.each(['read', 'claim', 'write'] as const)(
  'shared answers: a store that is paused in %s costs a check at most 250 ms, and the next ones nothing',
  async (step) => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { store } = createStore({ [step]: () => new Promise(() => undefined) })
    const verifier = createTokenVerifier(fakeService().auth, { store })
    const first = verifier.verifyToken(mint())
    await vi.advanceTimersByTimeAsync(250)
    expect(await first).toMatchObject({ active: true })
    const next = verifier.verifyToken(mint())
    await vi.advanceTimersByTimeAsync(0)
    expect(await next).toMatchObject({ active: true })
  },
)

test('revoke: a store whose publish never settles does not hang the revocation', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const publish = (): Promise<boolean> => new Promise(() => undefined)
  const { store } = createStore()
  const verifier = createTokenVerifier(fakeService().auth, { store: { ...store, publish } })
  const revoked = verifier.revoke(mint())
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await revoked).toEqual({ outcome: 'revoked', shared: false })
})

test('shared answers: an answer nested 20,000 deep is given to the caller, and is not shared', async () => {
  const { auth } = fakeService()
  const answer = `{"sub":"42","claims":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
  const deep = createAuthClient({ env: 'shop', fetch: async () => new Response(answer) })
  const { store, asked } = createStore()
  const verifier = createTokenVerifier({ ...auth, withResponse: deep.withResponse }, { store })
  expect(await verifier.verifyToken(mint())).toMatchObject({ active: true })
  await settle()
  for (const key of asked) expect(await store.answers?.read(key)).toBeUndefined()
})

test('a process that has just started hears the store before it lets a token in', async () => {
  const service = fakeService()
  service.subject = 'started'
  const { store, attach, cutOff } = createStore({}, false)
  const verifier = createTokenVerifier(service.auth, { store })
  const verdict = verifier.verifyToken(mint())
  await settle()
  cutOff('started', service.auth.serviceUrl)
  attach(true)
  expect(await verdict).toEqual(rejected)
})

test('a process that was frozen hears the store before it lets a token in, also one that it knows', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const service = fakeService()
  service.subject = 'frozen'
  const { store, attach, cutOff } = createStore()
  const verifier = createTokenVerifier(service.auth, { store })
  const token = mint()
  attach(true, 1)
  await verifier.verifyToken(token)
  vi.advanceTimersByTime(2)
  expect(verifier.stats().isIsolated).toBe(true)
  expect(verifier.peek(token)).toBeUndefined()
  const verdict = verifier.verifyToken(token)
  await settle()
  // A word of before.
  attach(true, -1)
  await settle()
  cutOff('frozen', service.auth.serviceUrl)
  attach(true, 60_000)
  expect(await verdict).toEqual(rejected)
})

test('a store that tells nothing is waited for half a second, once, and never where it has just broken off', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { store, attach } = createStore({}, false)
  const verifier = createTokenVerifier(fakeService().auth, { store })
  const token = mint()
  let answer: unknown
  const verified = verifier.verifyToken(token).then((verdict) => (answer = verdict))
  await vi.advanceTimersByTimeAsync(499)
  expect(answer).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1)
  expect(await verified).toMatchObject({ active: true, isolated: true })
  const next = verifier.verifyToken(mint())
  await vi.advanceTimersByTimeAsync(0)
  expect(await next).toMatchObject({ active: true, isolated: true })
  attach(true)
  attach(false)
  expect(verifier.peek(token)).toMatchObject({ active: true, isolated: true })
  expect(vi.getTimerCount()).toBe(0)
})
