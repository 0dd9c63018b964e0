import { expect, onTestFinished, test, vi } from 'vitest'
import { createAuthClient } from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { mint } from '../fake-service.ts'

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
