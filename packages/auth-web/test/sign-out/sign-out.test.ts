import { expect, onTestFinished, test, vi } from 'vitest'
import { createAuthClient, memorySession, type Session } from '../../src/index.ts'
import { fakeService, mintToken, outage } from '../bed/fake-service.ts'
import { fakeStorage } from '../bed/fake-storage.ts'

function signedIn(token = mintToken()): Session {
  const session = memorySession()
  session.write(token)
  return session
}

const once = { maxRetries: 0 }

test('signOut: clears here, revokes with keepalive and proves it', async () => {
  const service = fakeService()
  const token = mintToken()
  const auth = createAuthClient({ env: 'shop', session: signedIn(token), fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(service.asked).toEqual([
    { what: 'revoke', token, keepalive: true },
    { what: 'introspect', token, keepalive: true },
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
  const service = fakeService()
  service.trouble = (what) =>
    what === 'revoke'
      ? Response.json({ error: 'unauthenticated', error_code: 16 }, { status: 401 })
      : Response.json({})
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'already_inactive' })
})

test('signOut: an outage is pending with its error, never a rejection', async () => {
  const service = fakeService()
  service.trouble = outage
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
  const service = fakeService()
  service.trouble = (what) => (what === 'introspect' ? outage() : undefined)
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch, ...once })
  const result = await auth.signOut()
  expect(result).toMatchObject({ local: 'cleared', remote: 'unconfirmed', error: { code: 'api' } })
  expect(auth.pendingRevocations()).toBe(1)
})

test('signOut: a token that the service goes on calling active is unconfirmed', async () => {
  const service = fakeService()
  service.trouble = (what) => (what === 'revoke' ? Response.json({}) : undefined)
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch })
  const result = await auth.signOut({ timeoutMs: 50 })
  expect(result).toMatchObject({ remote: 'unconfirmed', error: { code: 'still_active' } })
})

test('signOut: what cannot be a token is cleared and not tried again', async () => {
  const service = fakeService()
  const auth = createAuthClient({ env: 'shop', session: signedIn('not a token'), fetch: service.fetch })
  const result = await auth.signOut()
  expect(result).toMatchObject({ local: 'cleared', remote: 'unconfirmed', error: { code: 'configuration' } })
  expect(service.asked).toEqual([])
  expect(auth.pendingRevocations()).toBe(0)
})

test.each([{ timeoutMs: 0 }, { timeoutMs: Infinity }])(
  'signOut: options that cannot be used (%o) put the revocation off, and do not forget it',
  async (options) => {
    const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: fakeService().fetch })
    const result = await auth.signOut(options)
    expect(result).toMatchObject({ local: 'cleared', remote: 'pending', error: { argument: 'timeoutMs' } })
    expect(auth.pendingRevocations()).toBe(1)
  },
)

test('signOut: with nobody signed in it says so and asks nothing', async () => {
  const service = fakeService()
  const auth = createAuthClient({ env: 'shop', fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'absent', remote: 'already_inactive' })
  expect(service.asked).toEqual([])
})

test('signOut: a second call while the first is under way revokes nothing twice', async () => {
  const service = fakeService()
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: service.fetch })
  const results = await Promise.all([auth.signOut(), auth.signOut()])
  expect(results).toEqual([
    { local: 'cleared', remote: 'revoked' },
    { local: 'absent', remote: 'pending' },
  ])
  expect(service.asked.filter(({ what }) => what === 'revoke')).toHaveLength(1)
})

test('signOut: a session that will not be cleared is failed, and its token revoked all the same', async () => {
  const service = fakeService()
  const token = mintToken()
  const session: Session = {
    ...signedIn(token),
    clear() {
      throw new DOMException('blocked', 'SecurityError')
    },
  }
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'failed', remote: 'revoked' })
  expect(service.isAlive(token)).toBe(false)
})

test('signOut: a session that cannot be read is like none', async () => {
  const session: Session = {
    ...memorySession(),
    read() {
      throw new DOMException('blocked', 'SecurityError')
    },
  }
  const auth = createAuthClient({ env: 'shop', session, fetch: fakeService().fetch })
  await expect(auth.signOut()).resolves.toMatchObject({ local: 'absent' })
})

test('signOut: a token whose own end has passed by this clock is revoked all the same', async () => {
  const service = fakeService()
  const token = mintToken({ expiresIn: -5 * 3_600 })
  const auth = createAuthClient({ env: 'shop', session: signedIn(token), fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(service.isAlive(token)).toBe(false)
})

test.each([false, true])(
  'signOut: a refresh that writes the same user back while it runs is undone, shared: %s',
  async (shared) => {
    const service = fakeService()
    const session = { ...signedIn(mintToken()), shared }
    const late = mintToken()
    service.trouble = (what) => {
      if (what === 'introspect' && service.isAlive(late)) session.write(late)
      return undefined
    }
    const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
    await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
    expect(session.read()).toBeUndefined()
    expect(service.isAlive(late)).toBe(false)
  },
)

test('signOut: somebody else who signs in while it runs stays signed in', async () => {
  const service = fakeService()
  const session = signedIn(mintToken())
  const other = mintToken({ sub: 'user-2' })
  service.trouble = () => {
    session.write(other)
    return undefined
  }
  const auth = createAuthClient({ env: 'shop', session, fetch: service.fetch })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(session.read()).toBe(other)
  expect(service.isAlive(other)).toBe(true)
})

test('signOut: the same user who signs in anew while it runs stays signed in', async () => {
  const service = fakeService()
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
  const service = fakeService()
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
  const auth = createAuthClient({ env: 'shop', session: signedIn(), fetch: fakeService().fetch })
  const [heard, unheard] = [vi.fn<(event: object) => void>(), vi.fn<(event: object) => void>()]
  auth.onSignedOut(heard)
  auth.onSignedOut(unheard)()
  await auth.signOut()
  expect(heard.mock.calls).toEqual([[{ source: 'this_tab' }]])
  expect(unheard).not.toHaveBeenCalled()
})

test('invariant 2: nothing that signOut resolves to holds the token', async () => {
  const token = mintToken()
  const service = fakeService()
  service.trouble = () =>
    Response.json({ error: 'internal', error_description: `bad token ${token}` }, { status: 500 })
  const auth = createAuthClient({ env: 'shop', session: signedIn(token), fetch: service.fetch })
  const { error } = await auth.signOut()
  const [, payload = ''] = token.split('.')
  expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toContain(payload)
})
