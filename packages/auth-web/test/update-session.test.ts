import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type AuthClient, createAuthClient, memorySession } from '../src/index.ts'
import { type FakeService, fakeService, mintToken } from './fake-service.ts'

function open(token?: string): { auth: AuthClient; service: FakeService } {
  const service = fakeService()
  const session = memorySession()
  if (token) session.write(token)
  return { service, auth: createAuthClient({ env: 'shop', session, fetch: service.fetch }) }
}

/** A sign-in or refresh whose answer comes when the test says so. */
function begin(auth: AuthClient, token: string): { answer: () => Promise<boolean> } {
  let resolve: (token: string) => void = () => undefined
  const kept = auth.updateSession(() => new Promise((done) => (resolve = done)))
  return {
    answer() {
      resolve(token)
      return kept
    },
  }
}

test('updateSession: a sign-in is kept', async () => {
  const { auth } = open()
  const token = mintToken()
  await expect(auth.updateSession(() => Promise.resolve(token))).resolves.toBe(true)
  expect(auth.session.read()).toBe(token)
})

test('updateSession: a refresh replaces the token, and the old one is not revoked', async () => {
  const { auth, service } = open(mintToken())
  const next = mintToken()
  await expect(auth.updateSession(() => Promise.resolve(next))).resolves.toBe(true)
  expect(auth.session.read()).toBe(next)
  expect(service.asked).toEqual([])
})

test('updateSession: what the work throws comes through, and nothing changes', async () => {
  const token = mintToken()
  const { auth } = open(token)
  const reason = new Error('no network')
  await expect(auth.updateSession(() => Promise.reject(reason))).rejects.toBe(reason)
  expect(auth.session.read()).toBe(token)
})

test('invariant 6: a refresh that ends after a sign-out is not kept, and its token dies', async () => {
  const { auth, service } = open(mintToken())
  const late = mintToken()
  const refresh = begin(auth, late)
  await auth.signOut()
  await expect(refresh.answer()).resolves.toBe(false)
  expect(auth.session.read()).toBeUndefined()
  await expect.poll(() => service.isAlive(late)).toBe(false)
})

test('invariant 6: a sign-in that ends after a sign-out is not kept, and its token dies', async () => {
  const { auth, service } = open()
  const late = mintToken()
  const signIn = begin(auth, late)
  await auth.signOut()
  await expect(signIn.answer()).resolves.toBe(false)
  expect(auth.session.read()).toBeUndefined()
  await expect.poll(() => service.isAlive(late)).toBe(false)
})

test('invariant 7: a refresh that ends after somebody else has signed in replaces nobody', async () => {
  const { auth } = open(mintToken())
  const refresh = begin(auth, mintToken())
  const other = mintToken({ sub: 'user-2' })
  auth.session.write(other)
  await expect(refresh.answer()).resolves.toBe(false)
  expect(auth.session.read()).toBe(other)
})

// The model: an answer counts if no sign-out came after its question, and, for a refresh, if the session is still the one it is for.
test('invariants 6 and 7: sign-ins, refreshes and sign-outs in any order end as the model says', async () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('begin' as const), user: fc.constantFrom('user-1', 'user-2') }),
    fc.record({ act: fc.constant('answer' as const), which: fc.nat(5) }),
    fc.record({ act: fc.constant('signOut' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const { auth, service } = open()
      const asked: {
        answer: () => Promise<boolean>
        token: string
        user: string
        at: number
        before: string
      }[] = []
      const given: string[] = []
      let model = { token: '', user: '' }
      let signOuts = 0
      const unwanted = new Set<string>()
      for (const current of steps) {
        if (current.act === 'begin') {
          const token = mintToken({ sub: current.user })
          given.push(token)
          asked.push({ ...begin(auth, token), token, user: current.user, at: signOuts, before: model.token })
        } else if (current.act === 'signOut') {
          signOuts += 1
          if (model.token) unwanted.add(model.token)
          model = { token: '', user: '' }
          void auth.signOut()
        } else {
          const [call] = asked.splice(current.which % Math.max(1, asked.length), 1)
          if (!call) continue
          const wasRefresh = userOf(call.before) === call.user
          const counts = call.at === signOuts && (!wasRefresh || call.before === model.token)
          expect(await call.answer()).toBe(counts)
          if (counts) model = { token: call.token, user: call.user }
          else unwanted.add(call.token)
        }
        expect(auth.session.read() ?? '').toBe(model.token)
      }
      await vi.waitFor(() => expect(auth.pendingRevocations()).toBe(0), { interval: 1 })
      for (const token of given) {
        if (unwanted.has(token)) expect(service.isAlive(token)).toBe(false)
      }
      if (model.token) expect(service.isAlive(model.token)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

function userOf(token: string): string | undefined {
  const [, payload] = token.split('.')
  return payload && (JSON.parse(atob(payload)) as { sub: string }).sub
}
