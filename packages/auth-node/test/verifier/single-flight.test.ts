import { getEventListeners } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createAuthClient } from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, mint } from '../fake-service.ts'

/** A service that answers only when it is told to, behind a client with a deadline of ten seconds. */
function setUp() {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const answers: (() => void)[] = []
  const auth = createAuthClient({
    env: 'shop',
    maxRetries: 0,
    timeoutMs: 10_000,
    fetch: () => new Promise((resolve) => answers.push(() => resolve(Response.json({ sub: '42' })))),
  })
  return { answers, verifier: createTokenVerifier(auth) }
}

test('a check that joins late has its own time: the request it joined times out, and the next one answers', async () => {
  const { answers, verifier } = setUp()
  const token = mint()
  const early = verifier.verifyToken(token).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(9_000)
  const late = [verifier.verifyToken(token), verifier.verifyToken(token, { timeoutMs: 5_000 })]
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await early).toMatchObject({ code: 'timeout', timeoutMs: 10_000 })
  // One new request for both of them.
  expect(answers).toHaveLength(2)
  answers[1]?.()
  await vi.advanceTimersByTimeAsync(0)
  for (const verdict of await Promise.all(late)) expect(verdict).toMatchObject({ active: true, sub: '42' })
})

test('a check that joins late and times out says how long it has waited itself', async () => {
  const { verifier } = setUp()
  const token = mint()
  const early = verifier.verifyToken(token).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(9_000)
  const startedAt = Date.now()
  const endedAt: number[] = []
  const settle = (error: unknown): unknown => {
    endedAt.push(Date.now() - startedAt)
    return error
  }
  const short = verifier.verifyToken(token, { timeoutMs: 3_000 }).catch(settle)
  const usual = verifier.verifyToken(token).catch(settle)
  await vi.advanceTimersByTimeAsync(20_000)
  await early
  expect(await short).toMatchObject({ code: 'timeout', timeoutMs: 3_000 })
  expect(await usual).toMatchObject({ code: 'timeout', timeoutMs: 10_000 })
  expect(endedAt).toEqual([3_000, 10_000])
})

test('a hundred checks with one signal cause no MaxListenersExceededWarning, and all end with its abort', async () => {
  const warnings: Error[] = []
  const listen = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  const auth = createAuthClient({ env: 'shop', fetch: () => new Promise(() => undefined) })
  const verifier = createTokenVerifier(auth)
  const controller = new AbortController()
  const { signal } = controller
  const checks = Array.from({ length: 100 }, () => verifier.verifyToken(mint(), { signal }))
  const settled = Promise.allSettled(checks)
  const reason = new Error('gone')
  controller.abort(reason)
  for (const result of await settled) expect(result).toEqual({ status: 'rejected', reason })
  // Node warns in a later turn.
  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings).toEqual([])
})

test('a check that is answered in time leaves no timer and no listener behind', async () => {
  const { answers, verifier } = setUp()
  const { signal } = new AbortController()
  const verdict = verifier.verifyToken(mint(), { signal, timeoutMs: 5_000 })
  await vi.advanceTimersByTimeAsync(1)
  const [timers, listeners] = [vi.getTimerCount(), getEventListeners(signal, 'abort').length]
  expect(timers).toBeGreaterThan(1)
  expect(listeners).toBe(1)
  answers[0]?.()
  await verdict
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('a check with a timeout ends with the reason of its signal, and one with a signal by its timeout', async () => {
  const { verifier } = setUp()
  const leaving = new AbortController()
  const { signal } = leaving
  const late = verifier.verifyToken(mint(), { signal, timeoutMs: 1_000 }).catch((error: unknown) => error)
  const left = verifier.verifyToken(mint(), { signal, timeoutMs: 5_000 }).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(1_000)
  const reason = new Error('gone')
  leaving.abort(reason)
  expect(await late).toMatchObject({ code: 'timeout', operation: 'verifyToken', timeoutMs: 1_000 })
  expect(await left).toBe(reason)
  await vi.advanceTimersByTimeAsync(0)
  expect(verifier.stats().inFlight).toBe(0)
})

test('an outage is one request, and one error, for all who wait for it', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  service.isDown = true
  const token = mint()
  const checks = await Promise.allSettled([verifier.verifyToken(token), verifier.verifyToken(token)])
  expect(checks.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }])
})

test('a check that follows at once when the last one has left makes a request of its own', async () => {
  const { answers, verifier } = setUp()
  const token = mint()
  const leaving = new AbortController()
  const left = verifier.verifyToken(token, { signal: leaving.signal }).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(0)
  leaving.abort()
  const next = verifier.verifyToken(token)
  await vi.advanceTimersByTimeAsync(0)
  answers[1]?.()
  expect(await next).toMatchObject({ active: true })
  expect(await left).toBe(leaving.signal.reason)
})

test('a request from before a failed revocation that ends leaves the later one to be joined', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const held: (() => void)[] = []
  service.held = held
  const token = mint()
  const early = verifier.verifyToken(token)
  await settle()
  service.isDown = true
  await expect(verifier.revoke(token)).rejects.toMatchObject({ code: 'api' })
  service.isDown = false
  const late = [verifier.verifyToken(token)]
  await settle()
  expect(service.requests).toMatchObject([
    { operation: 'verifyToken' },
    { operation: 'revokeToken' },
    { operation: 'verifyToken' },
  ])
  held[0]?.()
  await early
  late.push(verifier.verifyToken(token))
  await settle()
  held[1]?.()
  for (const verdict of await Promise.all(late)) expect(verdict).toMatchObject({ active: true })
  expect(service.requests).toMatchObject([
    { operation: 'verifyToken' },
    { operation: 'revokeToken' },
    { operation: 'verifyToken' },
  ])
})

test('a caller who has left leaves once, so that the time it had left ends no wait of another', async () => {
  const { answers, verifier } = setUp()
  const token = mint()
  const leaving = new AbortController()
  const left = verifier
    .verifyToken(token, { signal: leaving.signal, timeoutMs: 5_000 })
    .catch((error: unknown) => error)
  const stays = verifier.verifyToken(token)
  await vi.advanceTimersByTimeAsync(0)
  leaving.abort()
  expect(await left).toBe(leaving.signal.reason)
  await vi.advanceTimersByTimeAsync(6_000)
  answers[0]?.()
  await vi.advanceTimersByTimeAsync(0)
  expect(await stays).toMatchObject({ active: true })
  expect(answers).toHaveLength(1)
})

test.each([
  [0, 1],
  [1, 2],
])('when a request times out, a check that joined it %i ms late makes %i in all', async (lateMs, count) => {
  const { answers, verifier } = setUp()
  const token = mint()
  const early = verifier.verifyToken(token).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(lateMs)
  const late = verifier.verifyToken(token).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(answers).toHaveLength(count)
  for (const error of [await early, await late]) expect(error).toMatchObject({ code: 'timeout' })
})

test('a caller who joins and leaves with null as the reason gets it', async () => {
  const { verifier } = setUp()
  const token = mint()
  void verifier.verifyToken(token).catch(() => undefined)
  const leaving = new AbortController()
  const left = verifier.verifyToken(token, { signal: leaving.signal }).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(0)
  leaving.abort(null)
  expect(await left).toBe(null)
})
