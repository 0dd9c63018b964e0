import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { TokenVerifier, TokenVerifierOptions } from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, mint } from '../fake-service.ts'

const windowMs = 30_000

beforeEach(() => {
  // `setImmediate` stays real, so that answers can come while the clock stands still.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
})
afterEach(() => vi.useRealTimers())

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await new Promise((resolve) => setImmediate(resolve))
}

function setUp(options?: TokenVerifierOptions): {
  service: ReturnType<typeof fakeService>
  verifier: TokenVerifier
} {
  const service = fakeService()
  return {
    service,
    verifier: createTokenVerifier(service.auth, { revocationWindowMs: windowMs, ...options }),
  }
}

test('a connection ends when its token expires by the option now, where that clock runs ahead', async () => {
  const aheadMs = 3_600_000
  const { service, verifier } = setUp({ now: () => Date.now() + aheadMs, revocationWindowMs: 86_400_000 })
  const end = Math.floor((Date.now() + aheadMs) / 1_000) + 600
  const signal = verifier.signalFor(mint(end))
  await pass(end * 1_000 + service.auth.clockToleranceMs - Date.now() - aheadMs - 1)
  expect(signal.aborted).toBe(false)
  await pass(1)
  expect(signal.aborted).toBe(true)
})

test('a connection that asks for shorter looks waits for the first of them, where nothing is known of the token', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  verifier.signalFor(token)
  await pass(1_000)
  verifier.signalFor(token, { checkEveryMs: 5_000 })
  await pass(4_999)
  expect(service.requests).toEqual([])
  await pass(1)
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }])
})

test('a connection is over with its token, which the service says at its end, and is told so', async () => {
  const { service, verifier } = setUp()
  const end = Math.ceil(Date.now() / 1_000) + 100
  const token = mint(end)
  await verifier.verifyToken(token)
  const heard: unknown[] = []
  verifier.onRevoked((revocation) => void heard.push(revocation))
  const signal = verifier.signalFor(token)
  await pass(end * 1_000 - Date.now() - 1)
  expect(signal.aborted).toBe(false)
  service.dead.add(token)
  await pass(1)
  expect(signal.reason).toMatchObject({ reason: 'expired' })
  // It has ended by itself.
  expect(heard).toEqual([])
})

test('the end of a token is that of the clock that runs ahead', async () => {
  const aheadMs = 3_600_000
  const { service, verifier } = setUp({ now: () => Date.now() + aheadMs, revocationWindowMs: 86_400_000 })
  const end = Math.floor((Date.now() + aheadMs) / 1_000) + 600
  const token = mint(end)
  service.dead.add(token)
  const signal = verifier.signalFor(token)
  await pass(end * 1_000 - Date.now() - aheadMs)
  expect(signal.reason).toMatchObject({ reason: 'expired' })
})

test('a token that is revoked after its end, while the clocks may differ, is called revoked', async () => {
  const { verifier } = setUp()
  const end = Math.ceil(Date.now() / 1_000) + 10
  const token = mint(end)
  const signal = verifier.signalFor(token)
  await pass(end * 1_000 - Date.now() + 1_000)
  expect(signal.aborted).toBe(false)
  await verifier.revoke(token)
  expect(signal.reason).toMatchObject({ reason: 'revoked' })
})

test('a look within the tolerance for clocks that differ does not end a connection', async () => {
  const { service, verifier } = setUp()
  const { clockToleranceMs } = service.auth
  const end = Math.ceil(Date.now() / 1_000) + 10
  const untilEnd = end * 1_000 - Date.now()
  const signal = verifier.signalFor(mint(end), { checkEveryMs: untilEnd + clockToleranceMs / 2 })
  await pass(untilEnd + clockToleranceMs / 2)
  expect([service.requests.length, signal.aborted]).toEqual([1, false])
  await pass(clockToleranceMs / 2)
  expect(signal.reason).toMatchObject({ reason: 'expired' })
})

test('a look that the client answers by itself ends the connection, with the reason of the answer', async () => {
  const { auth } = fakeService()
  const verifyToken: typeof auth.withResponse.verifyToken = async () => ({
    data: { active: false, reason: 'expired' },
  })
  const withResponse = { ...auth.withResponse, verifyToken }
  const verifier = createTokenVerifier({ ...auth, withResponse }, { revocationWindowMs: windowMs })
  const signal = verifier.signalFor(mint())
  await pass(windowMs)
  expect(signal.reason).toMatchObject({ code: 'token_ended', reason: 'expired' })
})

test('looks follow each other in less than a second, where that is asked for', async () => {
  const { service, verifier } = setUp()
  verifier.signalFor(mint(), { checkEveryMs: 250 })
  for (let look = 1; look <= 5; look += 1) {
    await pass(249)
    expect(service.requests).toHaveLength(look - 1)
    await pass(1)
    expect(service.requests).toHaveLength(look)
  }
})

test('while a look is under way, neither a clock that is set nor another connection begins a second one', async () => {
  const { service, verifier } = setUp({ shareRequests: false })
  const token = mint()
  const held: (() => void)[] = []
  service.held = held
  verifier.signalFor(token)
  await pass(windowMs)
  vi.setSystemTime(Date.now() + 7_200_000)
  await pass(1_000)
  verifier.signalFor(token, { checkEveryMs: 500 })
  await pass(5_000)
  expect(service.requests).toHaveLength(1)
  held[0]?.()
  await pass(0)
  await pass(500)
  expect(service.requests).toHaveLength(2)
})

test('a connection that is closed while its token is looked at is looked at no more', async () => {
  const { service, verifier } = setUp()
  const held: (() => void)[] = []
  service.held = held
  const closing = new AbortController()
  const signal = verifier.signalFor(mint(), { until: closing.signal })
  await pass(windowMs)
  closing.abort()
  held[0]?.()
  await pass(3 * windowMs)
  expect(service.requests).toHaveLength(1)
  expect([signal.aborted, verifier.stats().watched, vi.getTimerCount()]).toEqual([false, 0, 0])
})

test('a connection that is closed while its token waits for a look is not looked at', async () => {
  const { service, verifier } = setUp()
  const held: (() => void)[] = []
  service.held = held
  for (let count = 0; count < 32; count += 1) verifier.signalFor(mint())
  const closing = new AbortController()
  verifier.signalFor(mint(), { until: closing.signal, checkEveryMs: windowMs + 1 })
  await pass(windowMs + 1)
  closing.abort()
  for (const release of held) release()
  await pass(0)
  expect(service.requests).toHaveLength(32)
})

test('a connection that names no end is watched on when another one of its token is closed', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  const closing = new AbortController()
  verifier.signalFor(token, { until: closing.signal })
  const signal = verifier.signalFor(token)
  closing.abort()
  expect(verifier.stats().watched).toBe(1)
  service.dead.add(token)
  await pass(windowMs)
  expect(signal.aborted).toBe(true)
})

test('a look learns whose the token is, so that revoking the user ends the connection at once', async () => {
  const { service, verifier } = setUp()
  service.subject = 'user-of-a-look'
  const signal = verifier.signalFor(mint())
  await pass(windowMs)
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }])
  await verifier.revokeSubject('user-of-a-look')
  expect(signal.aborted).toBe(true)
})

test('a connection leaves no listener on its signal once its token is dead, unless others wait for it', async () => {
  const { verifier } = setUp()
  const shutdown = new AbortController()
  const [one, two] = [mint(), mint()]
  for (const token of [one, one, two]) verifier.signalFor(token, { until: shutdown.signal })
  const count = (): number => getEventListeners(shutdown.signal, 'abort').length
  expect(count()).toBe(1)
  await verifier.revoke(one)
  expect(count()).toBe(1)
  await verifier.revoke(two)
  expect(count()).toBe(0)
  verifier.signalFor(mint(), { until: shutdown.signal })
  shutdown.abort()
  expect(verifier.stats().watched).toBe(0)
})

test('without node:crypto, a connection that closes while its key is being made is not watched', async () => {
  const builtin = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  const { verifier } = setUp()
  builtin.mockRestore()
  const digest = vi.spyOn(crypto.subtle, 'digest')
  onTestFinished(() => digest.mockRestore())
  let makeKey = (): void => undefined
  digest.mockReturnValue(new Promise((resolve) => (makeKey = () => resolve(new ArrayBuffer(32)))))
  const closing = new AbortController()
  verifier.signalFor(mint(), { until: closing.signal })
  closing.abort()
  makeKey()
  await pass(0)
  expect(verifier.stats().watched).toBe(0)
})

test('an answer that is older than checkEveryMs is looked at anew at once', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  await verifier.verifyToken(token)
  await pass(10_000)
  verifier.signalFor(token, { checkEveryMs: 5_000 })
  await pass(0)
  expect(service.requests).toHaveLength(2)
})
