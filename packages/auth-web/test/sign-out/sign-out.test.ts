import { expect, onTestFinished, test, vi } from 'vitest'
import {
  type AuthClient,
  createAuthClient,
  memorySession,
  type Session,
  type SignOutResult,
} from '../../src/index.ts'
import { createFakeService, type FakeService } from '@tokenward/test-kit/fake-service'
import { eventually } from '@tokenward/test-kit/eventually'
import { outage } from '@tokenward/test-kit/scripted-fetch'
import { mintToken } from '../bed/tokens.ts'
import { fakeStorage } from '../bed/fake-storage.ts'

function signedIn(token = mintToken()): Session {
  const session = memorySession()
  session.write(token)
  return session
}

const once = { maxRetries: 0 }

function refuse(): never {
  throw new DOMException('blocked', 'SecurityError')
}

/** A sign-out that hangs until the test lets the answers go. */
function heldSignOut(token: string): {
  readonly session: Session
  readonly service: FakeService
  readonly auth: AuthClient
  readonly leaving: Promise<SignOutResult>
  readonly letGo: () => void
} {
  const service = createFakeService()
  service.held = []
  const session = signedIn(token)
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
  const leaving = auth.signOut()
  return {
    session,
    service,
    auth,
    leaving,
    letGo() {
      const held = service.held ?? []
      service.held = undefined
      for (const release of held) release()
    },
  }
}

test('signOut: clears here, revokes with keepalive and proves it', async () => {
  const service = createFakeService()
  const token = mintToken()
  const auth = createAuthClient({ env: 'shop', session: signedIn(token), fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(service.requests).toEqual([
    { operation: 'revokeToken', token, keepalive: true },
    { operation: 'verifyToken', token, keepalive: undefined },
  ])
  expect(auth.session.read()).toBeUndefined()
  expect(auth.pendingRevocations()).toBe(0)
})

test('signOut: the session is gone and its listeners told before the network is asked', () => {
  const events: string[] = []
  const session = signedIn()
  const auth = createAuthClient({
    env: 'shop',
    session: { ...session, clear: () => [events.push('cleared'), session.clear()] },
    fetch: () => {
      events.push('sent')
      return Promise.reject(new TypeError('no'))
    },
    maxRetries: 0,
  })
  void auth.signOut()
  expect(events[0]).toBe('cleared')
  expect(session.read()).toBeUndefined()
})

test('signOut: a token that was dead before is already_inactive', async () => {
  const service = createFakeService()
  service.answerInstead = ({ operation }) =>
    operation === 'revokeToken'
      ? Response.json({ error: 'unauthenticated', error_code: 16 }, { status: 401 })
      : Response.json({})
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'already_inactive' })
})

test('signOut: an outage is pending with its error, never a rejection', async () => {
  const service = createFakeService()
  service.answerInstead = outage
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch, ...once })
  const result = await auth.signOut()
  expect(result).toMatchObject({ local: 'cleared', remote: 'pending', error: { code: 'api', status: 503 } })
  expect(auth.pendingRevocations()).toBe(1)
})

test('signOut: a server that hangs costs timeoutMs and is pending', async () => {
  const auth = createAuthClient({
    env: 'shop',
    session: signedIn(),
    fetch: () => new Promise(() => undefined),
  })
  const result = await auth.signOut({ timeoutMs: 5 })
  expect(result).toMatchObject({ local: 'cleared', remote: 'pending', error: { code: 'timeout' } })
})

test('signOut: delivered but not proven is unconfirmed, and tried again', async () => {
  const service = createFakeService()
  service.answerInstead = ({ operation }) => (operation === 'verifyToken' ? outage() : undefined)
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch, ...once })
  const result = await auth.signOut()
  expect(result).toMatchObject({ local: 'cleared', remote: 'unconfirmed', error: { code: 'api' } })
  expect(auth.pendingRevocations()).toBe(1)
})

test('signOut: a token that the service goes on calling active is unconfirmed', async () => {
  const service = createFakeService()
  service.answerInstead = ({ operation }) => (operation === 'revokeToken' ? Response.json({}) : undefined)
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch })
  // The deadline passes once the service has answered, however slow this machine is.
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const leaving = auth.signOut({ timeoutMs: 50 })
  await vi.advanceTimersByTimeAsync(50)
  expect(await leaving).toMatchObject({ remote: 'unconfirmed', error: { code: 'still_active' } })
})

test('signOut: what cannot be a token is cleared and not tried again', async () => {
  const service = createFakeService()
  const auth = createAuthClient({ env: 'shop', session: signedIn('not a token'), fetch: service.fetch })
  const result = await auth.signOut()
  expect(result).toMatchObject({ local: 'cleared', remote: 'unconfirmed', error: { code: 'configuration' } })
  expect(service.requests).toEqual([])
  expect(auth.pendingRevocations()).toBe(0)
})

test.each([{ timeoutMs: 0 }, { timeoutMs: Infinity }])(
  'signOut: options that cannot be used (%o) put the revocation off, and do not forget it',
  async (options) => {
    const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: createFakeService().fetch })
    const result = await auth.signOut(options)
    expect(result).toMatchObject({ local: 'cleared', remote: 'pending', error: { argument: 'timeoutMs' } })
    expect(auth.pendingRevocations()).toBe(1)
  },
)

test('signOut: with nobody signed in it says so and asks nothing', async () => {
  const service = createFakeService()
  const auth = createAuthClient({ env: 'shop', fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'absent', remote: 'none' })
  expect(service.requests).toEqual([])
})

test('signOut: a second call while the first is under way revokes nothing twice', async () => {
  const service = createFakeService()
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch })
  const results = await Promise.all([auth.signOut(), auth.signOut()])
  expect(results).toEqual([
    { local: 'cleared', remote: 'revoked' },
    { local: 'absent', remote: 'pending' },
  ])
  expect(service.requests.filter(({ operation }) => operation === 'revokeToken')).toHaveLength(1)
})

test('signOut: a session that will not be cleared is failed, and its token revoked all the same', async () => {
  const service = createFakeService()
  const token = mintToken()
  const session: Session = {
    ...signedIn(token),
    clear() {
      throw new DOMException('blocked', 'SecurityError')
    },
  }
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({
    local: 'failed',
    reason: 'not_cleared',
    remote: 'revoked',
  })
  expect(service.isAlive(token)).toBe(false)
})

test('signOut: a session that cannot be read is cleared and called failed, never absent', async () => {
  const session = signedIn()
  const clear = vi.fn<() => void>(() => session.clear())
  const auth = createAuthClient({
    env: 'shop',
    fetch: createFakeService().fetch,
    session: { ...session, read: refuse, clear },
  })
  const heard = vi.fn<() => void>()
  auth.onSignedOut(heard)
  await expect(auth.signOut()).resolves.toEqual({ local: 'failed', reason: 'unreadable', remote: 'none' })
  expect(clear).toHaveBeenCalledTimes(1)
  expect(session.read()).toBeUndefined()
  expect(heard).toHaveBeenCalledTimes(1)
})

test('signOut: a session in which no token is found is cleared all the same', async () => {
  const clear = vi.fn<() => void>()
  const session = { ...memorySession(), clear }
  const auth = createAuthClient({ env: 'shop', fetch: createFakeService().fetch, session })
  await expect(auth.signOut()).resolves.toEqual({ local: 'absent', remote: 'none' })
  expect(clear).toHaveBeenCalledTimes(1)
})

test('signOut: a session whose read has become asynchronous is cleared and called failed', async () => {
  const session = signedIn()
  let read: () => unknown = () => session.read()
  const auth = createAuthClient({
    env: 'shop',
    fetch: createFakeService().fetch,
    session: { ...session, read: () => read() as string },
  })
  read = async () => 'token'
  await expect(auth.signOut()).resolves.toMatchObject({ local: 'failed', reason: 'unreadable' })
  expect(session.read()).toBeUndefined()
})

test('signOut: a token whose own end has passed by this clock is revoked all the same', async () => {
  const service = createFakeService()
  const token = mintToken({ expiresIn: -5 * 3_600 })
  const auth = createAuthClient({ env: 'shop', session: signedIn(token), fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(service.isAlive(token)).toBe(false)
})

test.each([false, true])(
  'signOut: a refresh that writes the same user back while it runs is undone, shared: %s',
  async (shared) => {
    const service = createFakeService()
    const session = { ...signedIn(mintToken()), shared }
    const late = mintToken()
    service.answerInstead = ({ operation }) => {
      if (operation === 'verifyToken' && service.isAlive(late)) session.write(late)
      return undefined
    }
    const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
    await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
    expect(session.read()).toBeUndefined()
    expect(service.isAlive(late)).toBe(false)
  },
)

test('signOut: the same user who signs in anew, and is written past the client while it runs, stays signed in', async () => {
  const { session, service, leaving, letGo } = heldSignOut(mintToken())
  const next = mintToken({ iat: Math.floor(Date.now() / 1_000) + 2 })
  session.write(next)
  letGo()
  await leaving
  expect(session.read()).toBe(next)
  expect(service.isAlive(next)).toBe(true)
})

test('signOut: is undone by no more than one token that comes late', async () => {
  const { session, auth, service, leaving, letGo } = heldSignOut(mintToken())
  const tokens = [mintToken(), mintToken(), mintToken()]
  // A page that signs the user in again whenever the session ends, as a guest, say.
  auth.onSignedOut(() => session.write(tokens.shift() ?? ''))
  letGo()
  await leaving
  expect(session.read()).not.toBeUndefined()
  expect(tokens.length).toBeGreaterThan(0)
  const { length } = service.requests
  await new Promise(setImmediate)
  expect(service.requests).toHaveLength(length)
})

test('signOut: another user who signs in while it runs stays signed in', async () => {
  const service = createFakeService()
  const session = signedIn(mintToken())
  const other = mintToken({ sub: 'user-2' })
  service.answerInstead = () => {
    session.write(other)
    return undefined
  }
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(session.read()).toBe(other)
  expect(service.isAlive(other)).toBe(true)
})

test('signOut: the same user who signs in anew while it runs stays signed in', async () => {
  const service = createFakeService()
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch })
  const next = mintToken()
  const leaving = auth.signOut()
  await expect(auth.updateSession(() => Promise.resolve(next))).resolves.toBe(true)
  await leaving
  expect(auth.session.read()).toBe(next)
  expect(service.isAlive(next)).toBe(true)
})

test('invariant 7: the same user who signs in anew in another tab while it runs stays signed in', async () => {
  vi.stubGlobal('localStorage', fakeStorage())
  onTestFinished(() => void vi.unstubAllGlobals())
  const service = createFakeService()
  const session = { ...signedIn(), shared: true }
  const [here, there] = [1, 2].map(() => createAuthClient({ env: 'shop', session, fetch: service.fetch }))
  const next = mintToken()
  const leaving = here?.signOut()
  await expect(there?.updateSession(() => Promise.resolve(next))).resolves.toBe(true)
  await leaving
  expect(session.read()).toBe(next)
  expect(service.isAlive(next)).toBe(true)
})

test('onSignedOut: tells where the session ended, until it is ended itself', async () => {
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: createFakeService().fetch })
  const [heard, unheard] = [vi.fn<(event: object) => void>(), vi.fn<(event: object) => void>()]
  auth.onSignedOut(heard)
  auth.onSignedOut(unheard)()
  await auth.signOut()
  expect(heard.mock.calls).toEqual([[{ source: 'this_tab' }]])
  expect(unheard).not.toHaveBeenCalled()
})

test('invariant 2: nothing that signOut resolves to holds the token', async () => {
  const token = mintToken()
  const service = createFakeService()
  service.answerInstead = () =>
    Response.json({ error: 'internal', error_description: `bad token ${token}` }, { status: 500 })
  const auth = createAuthClient({ env: 'shop', session: signedIn(token), fetch: service.fetch })
  const { error } = await auth.signOut()
  const [, payload = ''] = token.split('.')
  expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toContain(payload)
})

test.each([null, undefined, {}])('signOut: %o is no options', async (options) => {
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: createFakeService().fetch })
  await expect(auth.signOut(options)).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
})

test.each([
  [{ timeout: 5_000 }, 'timeout'],
  ['global', 'options'],
  [new Event('click'), 'options'],
])('signOut: %o is named as a mistake, and signs out all the same', async (options, argument) => {
  const service = createFakeService()
  const token = mintToken()
  const session = signedIn(token)
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
  await expect(auth.signOut(options as never)).resolves.toMatchObject({
    local: 'cleared',
    remote: 'pending',
    error: { code: 'configuration', argument },
  })
  expect(session.read()).toBeUndefined()
  await eventually(() => expect(service.isAlive(token)).toBe(false))
})

test.each([new Error('no time'), 'no time', undefined])(
  'signOut: options whose getter throws %o are named as a mistake, and sign out all the same',
  async (thrown) => {
    const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: createFakeService().fetch })
    const options = {
      get timeoutMs(): number {
        throw thrown
      },
    }
    await expect(auth.signOut(options)).resolves.toMatchObject({
      local: 'cleared',
      remote: 'pending',
      error: { code: 'configuration', argument: 'options' },
    })
  },
)
