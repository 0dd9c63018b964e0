import { createHash, hash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import {
  createTokenVerifier,
  type RevocationStore,
  type SharedAnswer,
  type SharedAnswers,
} from '../../src/index.ts'
import { fakeService, mint } from '../fake-service.ts'

const rejected = { active: false, reason: 'rejected' }
const keyOf = (token: string): string => createHash('sha256').update(token).digest('base64')

/** A store of the user's own, in memory. */
function createStore(own: Partial<SharedAnswers> = {}): {
  store: RevocationStore
  /** Tells the verifier of a revocation elsewhere. */
  deliver: (key: string, until: number) => void
  /** Tells the verifier whether the store is there. */
  attach: (isAttached: boolean) => void
  published: string[]
  /** The keys under which answers were shared or looked for. */
  asked: Set<string>
} {
  const values = new Map<string, SharedAnswer>()
  const published: string[] = []
  const asked = new Set<string>()
  let deliver = (_key: string, _until: number): void => undefined
  let attach = (_isAttached: boolean): void => undefined
  const store: RevocationStore = {
    subscribe({ onRevoked, onAttached }) {
      deliver = onRevoked
      attach = onAttached
      onAttached(true)
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
    attach: (isAttached) => attach(isAttached),
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
  const verifier = createTokenVerifier(fakeService().auth, { store })
  spy.mockRestore()
  const [here, elsewhere] = [mint(), mint()]
  await verifier.verifyToken(here)
  await verifier.revoke(here)
  expect(published).toEqual([keyOf(here)])
  expect([...asked]).toEqual([`shop:${keyOf(here)}`])
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

test.each([{ scope: ['anonymous'] }, { client_id: 5 }])(
  'shared answers: an answer that the service would not give is not believed: %j',
  async (claims) => {
    const result = { active: true, sub: '42', ...claims }
    const value = JSON.stringify({ result, ageMs: 0, ttlMs: 30_000 })
    const read = async (): Promise<SharedAnswer> => ({ value, remainingMs: 30_000 })
    const verifier = createTokenVerifier(fakeService().auth, { store: createStore({ read }).store })
    expect(await verifier.verifyToken(mint())).toMatchObject({ client_id: 'shop', scope: 'user' })
  },
)

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
