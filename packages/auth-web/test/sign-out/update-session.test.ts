import { expect, test } from 'vitest'
import { begin } from '../bed/begin.ts'
import { type AuthClient, createAuthClient, memorySession, type Session } from '../../src/index.ts'
import { eventually } from '@tokenward/test-kit/eventually'
import { type FakeService, createFakeService } from '@tokenward/test-kit/fake-service'
import { mintToken } from '../bed/tokens.ts'

function open(token?: string): { auth: AuthClient; service: FakeService } {
  const service = createFakeService()
  const session = memorySession()
  if (token) session.write(token)
  return { service, auth: createAuthClient({ env: 'shop', session, fetch: service.fetch }) }
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
  expect(service.requests).toEqual([])
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
  await eventually(() => expect(service.isAlive(late)).toBe(false))
})

test('invariant 6: a refresh of an opaque token is not kept once the session is gone', async () => {
  const { auth, service } = open('opaque-1')
  const refresh = begin(auth, 'opaque-2')
  // Another tab has signed out, where all share one session.
  auth.session.clear()
  await expect(refresh.answer()).resolves.toBe(false)
  expect(auth.session.read()).toBeUndefined()
  await eventually(() => expect(service.isAlive('opaque-2')).toBe(false))
})

test('invariant 6: a sign-in that ends after a sign-out is not kept, and its token dies', async () => {
  const { auth, service } = open()
  const late = mintToken()
  const signIn = begin(auth, late)
  await auth.signOut()
  await expect(signIn.answer()).resolves.toBe(false)
  expect(auth.session.read()).toBeUndefined()
  await eventually(() => expect(service.isAlive(late)).toBe(false))
})

test('invariant 7: a refresh that ends after another user has signed in does not replace that user', async () => {
  const { auth } = open(mintToken())
  const refresh = begin(auth, mintToken())
  const other = mintToken({ sub: 'user-2' })
  auth.session.write(other)
  await expect(refresh.answer()).resolves.toBe(false)
  expect(auth.session.read()).toBe(other)
})

test('invariant 6: a token that the session refuses to keep is not kept, and dies', async () => {
  const service = createFakeService()
  const session: Session = {
    ...memorySession(),
    write() {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
  const token = mintToken()
  await expect(auth.updateSession(() => Promise.resolve(token))).resolves.toBe(false)
  await eventually(() => expect(service.isAlive(token)).toBe(false))
})

test('invariant 7: a sign-in of user 1 that ends after user 2 has signed in does not replace user 2', async () => {
  const { auth, service } = open()
  const late = mintToken({ sub: 'user-1' })
  const signIn = begin(auth, late)
  const other = mintToken({ sub: 'user-2' })
  await auth.updateSession(() => Promise.resolve(other))
  await expect(signIn.answer()).resolves.toBe(false)
  expect(auth.session.read()).toBe(other)
  await eventually(() => expect(service.isAlive(late)).toBe(false))
  expect(service.isAlive(other)).toBe(true)
})

test('updateSession: a sign-in as another user is kept, although the old token was refreshed meanwhile', async () => {
  const { auth } = open(mintToken({ sub: 'user-1' }))
  const next = mintToken({ sub: 'user-2' })
  const signIn = begin(auth, next)
  await auth.updateSession(() => Promise.resolve(mintToken({ sub: 'user-1' })))
  await expect(signIn.answer()).resolves.toBe(true)
  expect(auth.session.read()).toBe(next)
})

test('updateSession: a sign-in that writes the session itself, as the SDK does, is kept', async () => {
  const { auth, service } = open()
  const token = mintToken()
  const work = async (): Promise<string> => {
    auth.session.write(token)
    return token
  }
  await expect(auth.updateSession(work)).resolves.toBe(true)
  expect(auth.session.read()).toBe(token)
  expect(service.requests).toEqual([])
})

test('invariant 6: a sign-in that writes the session itself is undone after a sign-out, and its token dies', async () => {
  const { auth, service } = open(mintToken())
  const late = mintToken()
  const kept = auth.updateSession(async () => {
    await auth.signOut()
    auth.session.write(late)
    return late
  })
  await expect(kept).resolves.toBe(false)
  expect(auth.session.read()).toBeUndefined()
  await eventually(() => expect(service.isAlive(late)).toBe(false))
})

test.each([
  ['a token with its scheme', () => Promise.resolve(`Bearer ${mintToken()}`)],
  ['nothing', () => Promise.resolve(undefined)],
  ['the whole answer', () => Promise.resolve({ access_token: mintToken() })],
  ['no promise', () => undefined],
])('updateSession: work that resolves to %s is named as a mistake', async (_what, work) => {
  const token = mintToken()
  const { auth } = open(token)
  await expect(auth.updateSession(work as never)).rejects.toMatchObject({
    code: 'configuration',
    argument: 'work',
  })
  expect(auth.session.read()).toBe(token)
})

test.each([undefined, null, 'token', Promise.resolve('token')])(
  'updateSession: %o is no work',
  async (work) => {
    const { auth } = open()
    await expect(auth.updateSession(work as never)).rejects.toMatchObject({ argument: 'work' })
  },
)
