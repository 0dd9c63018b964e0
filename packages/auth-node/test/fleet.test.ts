import { expect, test, vi } from 'vitest'
import { createTokenVerifier, type RevocationStore, type SharedAnswers } from '../src/index.ts'
import { fakeService, mint } from './fake-service.ts'

const rejected = { active: false, reason: 'rejected' }

/** An engine of the user's own, in memory. */
function createStore(own: Partial<SharedAnswers> = {}): {
  store: RevocationStore
  /** Tells the verifier of a revocation elsewhere. */
  deliver: (key: string, until: number) => void
  published: string[]
} {
  const values = new Map<string, string>()
  const published: string[] = []
  let deliver = (_key: string, _until: number): void => undefined
  const store: RevocationStore = {
    subscribe({ onRevoked, onAttached }) {
      deliver = onRevoked
      onAttached(true)
      return async () => undefined
    },
    async publish(key) {
      published.push(key)
      return true
    },
    answers: {
      read: async (key) => values.get(key),
      claim: async () => true,
      async write(key, value) {
        if (value === undefined) values.delete(key)
        else values.set(key, value)
      },
      ...own,
    },
  }
  return { store, deliver: (key, until) => deliver(key, until), published }
}

test('revoke: after a failure no answer of the fleet is believed either', async () => {
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

test('a message without a time lifts no revocation', async () => {
  const service = fakeService()
  const { store, deliver, published } = createStore()
  const verifier = createTokenVerifier(service.auth, { store })
  const token = mint()
  await verifier.revoke(token)
  service.dead.clear()
  for (const key of published) deliver(key, Number.NaN)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test.each(['read', 'claim', 'write'] as const)(
  'shared answers: a %s without end holds nothing up',
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
