import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AuthTokenEndedError, isAuthError, type TokenVerifier } from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, mint } from '../fake-service.ts'

const windowMs = 30_000

beforeEach(() => {
  // `setImmediate` stays real, so that answers can come while the clock stands still.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
})
afterEach(() => vi.useRealTimers())

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await settle()
}

const reasonOf = (signal: AbortSignal): unknown =>
  signal.aborted ? (signal.reason as { reason: unknown }).reason : undefined

test('signalFor: aborts when the token is revoked here, with a coded reason that shows no token', async () => {
  const { auth } = fakeService()
  const verifier = createTokenVerifier(auth)
  const token = mint()
  await verifier.verifyToken(token)
  const signal = verifier.signalFor(token)
  const bystander = verifier.signalFor(mint())
  expect(signal.aborted).toBe(false)
  await verifier.revoke(token)
  expect(signal.reason).toBeInstanceOf(AuthTokenEndedError)
  expect(isAuthError(signal.reason)).toBe(true)
  expect(signal.reason).toMatchObject({ code: 'token_ended', reason: 'revoked' })
  expect(bystander.aborted).toBe(false)
})

test('signalFor: aborts when a client of the process revokes, or another verifier', async () => {
  const { auth } = fakeService()
  const [one, two] = [createTokenVerifier(auth), createTokenVerifier(auth)]
  const [first, second] = [mint(), mint()]
  const signals = [one.signalFor(first), one.signalFor(second)]
  await auth.revokeToken(first)
  await two.revoke(second)
  expect(signals.map(reasonOf)).toEqual(['revoked', 'revoked'])
})

test('signalFor: aborts when the service rejects the token at the next look', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const token = mint()
  await verifier.verifyToken(token)
  const signal = verifier.signalFor(token)
  service.dead.add(token)
  await pass(windowMs - 1)
  expect([service.requests.length, signal.aborted]).toEqual([1, false])
  await pass(1)
  expect([service.requests.length, reasonOf(signal)]).toEqual([2, 'rejected'])
  await pass(windowMs)
  expect(service.requests.length).toBe(2)
  expect(verifier.stats().watched).toBe(0)
})

test('signalFor: a look follows each checkEveryMs, and the shortest one of a token counts', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const token = mint()
  await verifier.verifyToken(token)
  verifier.signalFor(token)
  verifier.signalFor(token, { checkEveryMs: 5_000 })
  verifier.signalFor(token, { checkEveryMs: 20_000 })
  for (let look = 1; look <= 3; look += 1) {
    await pass(5_000)
    expect(service.requests.length).toBe(1 + look)
  }
})

test('signalFor: a check by a request spares the next look', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const token = mint()
  verifier.signalFor(token)
  await pass(windowMs - 10_000)
  await verifier.verifyToken(token)
  await pass(windowMs - 1)
  expect(service.requests.length).toBe(1)
  await pass(1)
  expect(service.requests.length).toBe(2)
})

test('signalFor: all connections of a token get one signal, and share a look', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const token = mint()
  const signals = new Set(
    Array.from({ length: 100 }, () => verifier.signalFor(token, { until: new AbortController().signal })),
  )
  expect(signals.size).toBe(1)
  expect(verifier.stats().watched).toBe(1)
  await pass(windowMs)
  expect(service.requests.length).toBe(1)
})

test('signalFor: an outage never aborts, and the look after it does', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const token = mint()
  await verifier.verifyToken(token)
  const signal = verifier.signalFor(token)
  service.isDown = true
  service.dead.add(token)
  for (let look = 0; look < 5; look += 1) await pass(windowMs)
  expect([service.requests.length, signal.aborted]).toEqual([6, false])
  service.isDown = false
  await pass(windowMs)
  expect(reasonOf(signal)).toBe('rejected')
})

test('signalFor: a request whose check the service rejects ends the connections at once', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const token = mint()
  const signal = verifier.signalFor(token)
  service.dead.add(token)
  await verifier.verifyToken(token)
  expect(reasonOf(signal)).toBe('rejected')
})

test('signalFor: aborts when the token expires, by the millisecond, and with the tolerance of the client', async () => {
  const service = fakeService()
  const { clockToleranceMs } = service.auth
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: 3_600_000 })
  const exp = Math.floor(Date.now() / 1_000) + 600
  const token = mint(exp)
  const signal = verifier.signalFor(token)
  await pass(exp * 1_000 + clockToleranceMs - Date.now() - 1)
  expect(signal.aborted).toBe(false)
  await pass(1)
  expect(reasonOf(signal)).toBe('expired')
})

test.each(['the wall clock', 'the option now'])(
  'signalFor: a step of %s is noticed within a second',
  async (which) => {
    const service = fakeService()
    const clock = { offset: 0 }
    const verifier = createTokenVerifier(service.auth, {
      now: () => Date.now() + clock.offset,
      revocationWindowMs: 600_000,
    })
    const [mortal, dead] = [mint(Math.floor(Date.now() / 1_000) + 3_600), mint()]
    await verifier.verifyToken(dead)
    const signals = [verifier.signalFor(mortal), verifier.signalFor(dead)]
    service.dead.add(dead)
    if (which === 'the wall clock') vi.setSystemTime(Date.now() + 7_200_000)
    else clock.offset = 7_200_000
    await pass(1_000)
    expect(signals.map(reasonOf)).toEqual(['expired', 'rejected'])
  },
)

test('signalFor: clocks that are set back end nothing, and looks go on', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const token = mint(Math.floor(Date.now() / 1_000) + 3_600)
  await verifier.verifyToken(token)
  const signal = verifier.signalFor(token)
  vi.setSystemTime(Date.now() - 7_200_000)
  await pass(1_000)
  expect(signal.aborted).toBe(false)
  service.dead.add(token)
  await pass(windowMs)
  expect(reasonOf(signal)).toBe('rejected')
})

test('signalFor: a token that is known to be dead gets an aborted signal', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const [revoked, refused] = [mint(), mint()]
  await verifier.revoke(revoked)
  service.dead.add(refused)
  await verifier.verifyToken(refused)
  const tokens = [revoked, refused, mint(1), 'no token']
  expect(tokens.map((token) => reasonOf(verifier.signalFor(token)))).toEqual([
    'revoked',
    'rejected',
    'expired',
    'malformed',
  ])
  expect(verifier.stats().watched).toBe(0)
})

test('signalFor: until ends the watch of its connection alone, without aborting', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const token = mint()
  const [one, two] = [new AbortController(), new AbortController()]
  const signal = verifier.signalFor(token, { until: one.signal })
  verifier.signalFor(token, { until: two.signal })
  one.abort()
  expect(verifier.stats().watched).toBe(1)
  two.abort()
  expect([verifier.stats().watched, signal.aborted]).toEqual([0, false])
  await pass(windowMs * 2)
  expect(service.requests.length).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  await verifier.revoke(token)
  expect(signal.aborted).toBe(false)
})

test('signalFor: one until may end the watch of many tokens, without a warning', async () => {
  const warn = vi.spyOn(process, 'emitWarning')
  const verifier = createTokenVerifier(fakeService().auth)
  const shutdown = new AbortController()
  const tokens = Array.from({ length: 50 }, () => mint())
  const signals = tokens.map((token) => verifier.signalFor(token, { until: shutdown.signal }))
  for (const signal of signals)
    for (let count = 0; count < 20; count += 1) signal.addEventListener('abort', () => undefined)
  await verifier.revoke(tokens[0] ?? '')
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, ...signals.slice(1).map(() => false)])
  shutdown.abort()
  expect(verifier.stats().watched).toBe(0)
  await settle()
  expect(warn).not.toHaveBeenCalled()
})

test('signalFor: a connection that is closed already is not watched', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const token = mint()
  expect(verifier.signalFor(token, { until: AbortSignal.abort() }).aborted).toBe(false)
  expect(verifier.stats().watched).toBe(0)
  const watched = verifier.signalFor(token)
  expect(verifier.signalFor(token, { until: AbortSignal.abort() })).toBe(watched)
})

test('signalFor: one timer serves a thousand connections with different ends', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  const start = Math.ceil(Date.now() / 1_000)
  const { clockToleranceMs } = service.auth
  const lives = Array.from({ length: 1_000 }, (_, index) => ((index * 7_919) % 1_000) + 1)
  const signals = lives.map((seconds) =>
    verifier.signalFor(mint(start + seconds), { checkEveryMs: 86_400_000 }),
  )
  expect(vi.getTimerCount()).toBe(1)
  await pass(start * 1_000 + 500_000 + clockToleranceMs - Date.now())
  expect(signals.map(({ aborted }) => aborted)).toEqual(lives.map((seconds) => seconds <= 500))
  expect(vi.getTimerCount()).toBe(1)
})

test('signalFor: no more than 32 tokens are looked at at once, and one that hangs holds up no other', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, {
    revocationWindowMs: windowMs,
    maxRefusalsPerSecond: 1_000,
  })
  const tokens = Array.from({ length: 100 }, () => mint())
  for (const token of tokens) await verifier.verifyToken(token)
  const signals = tokens.map((token) => verifier.signalFor(token))
  for (const token of tokens) service.dead.add(token)
  const held: (() => void)[] = []
  service.held = held
  await pass(windowMs)
  expect(held.length).toBe(32)
  service.held = undefined
  for (const release of held.slice(1)) release()
  await vi.waitFor(() => expect(signals.filter(({ aborted }) => aborted).length).toBe(99))
  held[0]?.()
  await vi.waitFor(() => expect(signals.every(({ aborted }) => aborted)).toBe(true))
})

test('signalFor: closing the verifier aborts every signal, with a reason of its own', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const signal = verifier.signalFor(mint())
  await verifier.close()
  expect(reasonOf(signal)).toBe('closed')
  expect(reasonOf(verifier.signalFor(mint()))).toBe('closed')
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  ['checkEveryMs', { checkEveryMs: 0 }],
  ['checkEveryMs', { checkEveryMs: 86_400_001 }],
  ['checkEveryMs', { checkEveryMs: Number.NaN }],
  ['until', { until: new AbortController() }],
  ['until', { until: 1 }],
  ['every', { every: 1 }],
])('signalFor: an unusable %s is named (%j)', (argument, options) => {
  const verifier = createTokenVerifier(fakeService().auth)
  expect(() => verifier.signalFor(mint(), options as Parameters<TokenVerifier['signalFor']>[1])).toThrow(
    expect.objectContaining({ code: 'configuration', argument }),
  )
})

test('signalFor: a token that is not a string is a mistake of the program', () => {
  const { signalFor } = createTokenVerifier(fakeService().auth)
  const broken = signalFor as (token: unknown) => AbortSignal
  for (const token of [undefined, null, 1, {}])
    expect(() => broken(token)).toThrow(expect.objectContaining({ code: 'configuration', argument: 'token' }))
})

test('signalFor: without node:crypto, where keys are promises, it keeps the same promises', async () => {
  const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: windowMs })
  spy.mockRestore()
  vi.useRealTimers()
  const [token, dead] = [mint(), mint()]
  await verifier.revoke(dead)
  const signals = [verifier.signalFor(token), verifier.signalFor(token)]
  const late = verifier.signalFor(dead)
  expect(signals[0]).toBe(signals[1])
  await vi.waitFor(() => expect(reasonOf(late)).toBe('revoked'), 10_000)
  expect(verifier.signalFor(token)).toBe(signals[0])
  await verifier.revoke(token)
  expect(signals.map(reasonOf)).toEqual(['revoked', 'revoked'])
  expect(verifier.stats().watched).toBe(0)
})

test('signalFor: the timer does not keep the process alive', async () => {
  vi.useRealTimers()
  const verifier = createTokenVerifier(fakeService().auth)
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  verifier.signalFor(mint())
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before)
  await verifier.close()
  await sleep(0)
})
