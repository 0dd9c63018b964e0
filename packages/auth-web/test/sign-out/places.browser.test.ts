// Where a page may find itself: a worker, storage that is full, a clock that is wrong, a server that refuses.
import { beforeEach, expect, test, vi } from 'vitest'
import { createAuthClient, webStorageSession } from '../../src/index.ts'
import { baseUrl, fail, foreignUrl, issueToken, stateOf } from '../bed/relay.ts'
import { eventually } from '@tokenward/test-kit/eventually'

const key = 'token_of_the_app'

beforeEach(() => {
  localStorage.clear()
  vi.restoreAllMocks()
})

test('signOut: works in a web worker', async () => {
  const token = await issueToken()
  const worker = new Worker(new URL('../bed/sign-out-worker.ts', import.meta.url), { type: 'module' })
  const answer = new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data)))
  // A worker's postMessage takes no target origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  worker.postMessage({ baseUrl, token })
  expect(await answer).toEqual({ local: 'cleared', remote: 'revoked' })
  worker.terminate()
  expect(await stateOf(token)).toBe('revoked')
})

test('webStorageSession: a token that finds storage full lives in this page, and the old one is gone', async () => {
  const session = webStorageSession({ key })
  const [old, token] = [await issueToken(), await issueToken()]
  session.write(old)
  const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  session.write(token)
  expect(session.read()).toBe(token)
  expect(localStorage.getItem(key)).toBeNull()
  const auth = createAuthClient({ baseUrl, clientId: 'shop', session, pendingStore: 'local' })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(full).toHaveBeenCalled()
  expect(session.read()).toBeUndefined()
})

test('signOut: storage that throws at everything stops nothing', async () => {
  for (const method of ['getItem', 'setItem', 'removeItem'] as const)
    vi.spyOn(Storage.prototype, method).mockImplementation(() => {
      throw new DOMException('blocked', 'SecurityError')
    })
  const session = webStorageSession({ key })
  const token = await issueToken()
  session.write(token)
  const auth = createAuthClient({ baseUrl, clientId: 'shop', session, pendingStore: 'session' })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(await stateOf(token)).toBe('revoked')
})

test.each([5, -5])('signOut: a clock that is wrong by %i hours changes nothing', async (hours) => {
  const token = await issueToken()
  const now = Date.now.bind(Date)
  vi.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3_600_000)
  const auth = createAuthClient({ baseUrl, clientId: 'shop' })
  auth.session.write(token)
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
})

test('signOut: a page that is not on the list of domains gets the reason, and the session is gone', async () => {
  const auth = createAuthClient({ baseUrl: foreignUrl, clientId: 'shop' })
  auth.session.write(await issueToken())
  const result = await auth.signOut()
  expect(result).toMatchObject({
    local: 'cleared',
    remote: 'pending',
    error: { code: 'api', status: 403, error: 'permission_denied', errorCode: 7 },
  })
  expect(auth.session.read()).toBeUndefined()
})

test('signOut: an answer that CORS hides is a network failure, and the session is gone', async () => {
  const auth = createAuthClient({ baseUrl: `${foreignUrl}/no-such-path`, clientId: 'shop', maxRetries: 0 })
  auth.session.write(await issueToken())
  const result = await auth.signOut()
  expect(result).toMatchObject({ local: 'cleared', remote: 'pending', error: { code: 'network' } })
})

test('signOut: a server that hangs costs no more than the deadline, and the session is gone at once', async () => {
  const token = await issueToken()
  const heal = await fail({ token, delayMs: 60_000 })
  const auth = createAuthClient({ baseUrl, clientId: 'shop' })
  auth.session.write(token)
  // The deadline of this sign-out alone: the retries of a busy machine need more.
  const leaving = auth.signOut({ timeoutMs: 200 })
  expect(auth.session.read()).toBeUndefined()
  expect(await leaving).toMatchObject({ remote: 'pending', error: { code: 'timeout' } })
  await heal()
  await eventually(async () => expect(await stateOf(token)).toBe('revoked'))
})
