import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import {
  type AuthClient,
  AuthConfigurationError,
  AuthNetworkError,
  type Revocation,
  type TokenVerifierOptions,
  type VerifierEvent,
} from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, mint } from '../fake-service.ts'

type VerifyToken = AuthClient['withResponse']['verifyToken']

const live = { active: true, sub: '42', client_id: 'shop', scope: 'user' } as const
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function verifierOver(verifyToken: VerifyToken, options?: TokenVerifierOptions) {
  const { auth } = fakeService()
  return createTokenVerifier({ ...auth, withResponse: { ...auth.withResponse, verifyToken } }, options)
}

function collectEvents(): VerifierEvent[] {
  const events: VerifierEvent[] = []
  const listen = (event: unknown): void => void events.push(event as VerifierEvent)
  subscribe('tokenward.verifier', listen)
  onTestFinished(() => void unsubscribe('tokenward.verifier', listen))
  return events
}

test('an event tells how long the service took, with an answer and without one', async () => {
  const events = collectEvents()
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  // The monotonic clock does not stand at 0.
  vi.advanceTimersByTime(1_000)
  service.held = []
  const verdict = verifier.verifyToken(mint())
  await settle()
  vi.advanceTimersByTime(25)
  service.held.shift()?.()
  await verdict
  service.held = undefined
  const late = verifierOver(async () => {
    vi.advanceTimersByTime(40)
    return service.auth.withResponse.verifyToken(mint())
  })
  service.isDown = true
  await late.verifyToken(mint()).catch(() => undefined)
  expect(events.map(({ event, upstreamMs }) => [event, upstreamMs])).toEqual([
    ['miss', 25],
    ['unavailable', 40],
  ])
})

test('a token that the client itself calls expired is no miss, no part of a flood and no revocation', async () => {
  const expired = new Set<string>()
  const { auth } = fakeService()
  const verifyToken: VerifyToken = async (token, options) =>
    expired.has(token)
      ? { data: { active: false, reason: 'expired' } }
      : auth.withResponse.verifyToken(token, options)
  const verifier = verifierOver(verifyToken, { maxRefusalsPerSecond: 1, revocationWindowMs: 10 })
  const heard: Revocation[] = []
  verifier.onRevoked((revocation) => void heard.push(revocation))
  const token = mint()
  await verifier.verifyToken(token)
  expired.add(token)
  vi.advanceTimersByTime(10)
  expect(await verifier.verifyToken(token)).toEqual({ active: false, reason: 'expired' })
  expect(await verifier.verifyToken(mint())).toEqual(live)
  expect(verifier.stats()).toMatchObject({ miss: 2, refused: 1 })
  expect(heard).toEqual([])
})

test('signed tokens that the service refuses are no flood, and are asked about in one', async () => {
  const service = fakeService()
  const signed = new Set<string>()
  const verifier = createTokenVerifier(service.auth, {
    maxRefusalsPerSecond: 1,
    signature: { check: async (token) => (signed.has(token) ? 'genuine' : 'unknown') },
  })
  const [old, made, made2, fresh, guest] = Array.from({ length: 5 }, () => mint()) as [
    string,
    string,
    string,
    string,
    string,
  ]
  for (const token of [old, fresh]) signed.add(token)
  for (const token of [old, made, made2]) service.dead.add(token)
  // The first refusal does not count, the second does.
  expect((await verifier.verifyToken(old)).active).toBe(false)
  expect((await verifier.verifyToken(made)).active).toBe(false)
  await expect(verifier.verifyToken(guest)).rejects.toMatchObject({
    operation: 'verifyToken',
    reason: 'TOO_MANY_REFUSALS',
  })
  expect(await verifier.verifyToken(fresh)).toEqual(live)
})

test.each([new TypeError('broken'), new AuthConfigurationError('fetch', 'is broken')])(
  'a mistake of the program is no outage, and lets no older answer stand in: %o',
  async (error) => {
    const service = fakeService()
    let isBroken = false
    const verifier = verifierOver(
      async (token, options) => {
        if (isBroken) throw error
        return service.auth.withResponse.verifyToken(token, options)
      },
      { revocationWindowMs: 10, onUnavailable: { serveStaleForMs: 60_000 } },
    )
    const token = mint()
    await verifier.verifyToken(token)
    isBroken = true
    vi.advanceTimersByTime(10)
    await expect(verifier.verifyToken(token)).rejects.toBe(error)
    expect(verifier.stats()).toMatchObject({ unavailable: 0, stale: 0 })
  },
)

test('a caller who leaves is no outage', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  service.held = []
  const leaving = new AbortController()
  const verdict = verifier.verifyToken(mint(), { signal: leaving.signal })
  await settle()
  leaving.abort()
  await expect(verdict).rejects.toBe(leaving.signal.reason)
  await settle()
  expect(verifier.stats()).toMatchObject({ unavailable: 0, inFlight: 0 })
})

test('close: what the service answers later is not remembered, be it active or not', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const [alive, dead] = [mint(), mint()]
  service.dead.add(dead)
  service.held = []
  const verdicts = [verifier.verifyToken(alive), verifier.verifyToken(dead)]
  await settle()
  await verifier.close()
  expect(verifier.stats().inFlight).toBe(0)
  for (const release of service.held) release()
  expect((await Promise.all(verdicts)).map(({ active }) => active)).toEqual([true, false])
  expect(verifier.stats()).toMatchObject({ entries: 0, refusals: 0 })
})

test('an answer that stands in cannot be changed by who gets it', async () => {
  const service = fakeService()
  const options = { revocationWindowMs: 10, onUnavailable: { serveStaleForMs: 60_000 } }
  const verifier = createTokenVerifier(service.auth, options)
  const token = mint()
  await verifier.verifyToken(token)
  service.isDown = true
  vi.advanceTimersByTime(10)
  expect(Object.isFrozen(await verifier.verifyToken(token))).toBe(true)
})

test('the last caller to leave ends the request to the service', async () => {
  let sent: AbortSignal | undefined
  const verifier = verifierOver((_token, options) => {
    sent = options?.signal
    return new Promise(() => undefined)
  })
  const token = mint()
  const leaving = [new AbortController(), new AbortController()]
  const verdicts = leaving.map(({ signal }) => verifier.verifyToken(token, { signal }))
  const settled = Promise.allSettled(verdicts)
  await settle()
  leaving[0]?.abort()
  await settle()
  expect(sent?.aborted).toBe(false)
  leaving[1]?.abort()
  await settled
  expect(sent?.aborted).toBe(true)
})

test('tokens that were active before say nothing about a flood', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { maxRefusalsPerSecond: 4, revocationWindowMs: 1 })
  const people = Array.from({ length: 8 }, () => mint())
  for (const token of people) await verifier.verifyToken(token)
  /** Sends ten made-up tokens at once, and resolves to how many of them the service was spared. */
  const flood = async (): Promise<number> => {
    const made = Array.from({ length: 10 }, () => mint())
    for (const token of made) service.dead.add(token)
    const results = await Promise.allSettled(made.map((token) => verifier.verifyToken(token)))
    return results.filter(({ status }) => status === 'rejected').length
  }
  // No refusal has come back yet.
  expect(await flood()).toBe(0)
  for (let second = 0; second < 3; second += 1) {
    vi.advanceTimersByTime(1_000)
    for (const token of people) expect(await verifier.verifyToken(token)).toEqual(live)
    expect(await flood()).toBe(6)
  }
})

test('made-up tokens wait in bounded number for a service that stalls, and what is known or signed waits beside', async () => {
  const events = collectEvents()
  const service = fakeService()
  const signed = new Set<string>()
  const verifier = createTokenVerifier(service.auth, {
    maxPending: 3,
    revocationWindowMs: 10,
    signature: { check: async (token) => (signed.has(token) ? 'genuine' : 'unknown') },
  })
  const [remembered, known] = [mint(), mint()]
  await verifier.verifyToken(known)
  vi.advanceTimersByTime(10)
  await verifier.verifyToken(remembered)
  events.length = 0
  service.held = []
  const made = Array.from({ length: 100 }, () => mint())
  for (const token of made) service.dead.add(token)
  const flood = made.map((token) => verifier.verifyToken(token))
  for (const late of flood.slice(3)) {
    await expect(late).rejects.toMatchObject({
      code: 'network',
      operation: 'verifyToken',
      reason: 'TOO_MANY_PENDING',
    })
  }
  expect(service.held).toHaveLength(3)
  expect(events).toHaveLength(97)
  expect(events[0]).toMatchObject({ event: 'unavailable', reason: 'network', error: { code: 'network' } })

  expect(await verifier.verifyToken(remembered)).toEqual(live)
  const fresh = mint()
  signed.add(fresh)
  const people = [known, fresh].map((token) => verifier.verifyToken(token))
  // A caller who joins a check that waits is no further check.
  const joined = verifier.verifyToken(made[0] ?? '')
  await settle()
  expect(service.held).toHaveLength(5)
  for (const release of service.held) release()
  service.held = undefined
  expect(await Promise.all(people)).toEqual([live, live])
  expect(await Promise.all([...flood.slice(0, 3), joined])).toEqual(
    Array.from({ length: 4 }, () => ({ active: false, reason: 'rejected' })),
  )
  expect(await verifier.verifyToken(mint())).toEqual(live)
})

test('checks that fail, or that their callers leave, make room for others', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { maxPending: 1 })
  service.isDown = true
  await expect(verifier.verifyToken(mint())).rejects.toMatchObject({ code: 'api' })
  service.isDown = false
  service.held = []
  const leaving = new AbortController()
  const verdict = verifier.verifyToken(mint(), { signal: leaving.signal })
  await settle()
  await expect(verifier.verifyToken(mint())).rejects.toMatchObject({ reason: 'TOO_MANY_PENDING' })
  leaving.abort()
  await expect(verdict).rejects.toBe(leaving.signal.reason)
  await settle()
  service.held = undefined
  expect(await verifier.verifyToken(mint())).toEqual(live)
})

test('a burst of made-up tokens leaves room for a user who is known, and for a sign-out', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: 10 })
  const known = mint()
  await verifier.verifyToken(known)
  vi.advanceTimersByTime(10)
  const { held } = Object.assign(service, { held: [] as (() => void)[] })
  const burst = Array.from({ length: 5_000 }, () => verifier.verifyToken(mint()))
  await settle()
  expect(held).toHaveLength(192)
  const verdict = verifier.verifyToken(known)
  const revoked = verifier.revoke(mint())
  await settle()
  expect(held).toHaveLength(194)
  service.held = undefined
  for (const release of held) release()
  expect(await verdict).toEqual(live)
  await revoked
  await Promise.all(burst)
})

test('a check whose turn does not come in five seconds, or that its caller leaves, gives up its place', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] })
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { maxPending: 194 })
  const { held } = Object.assign(service, { held: [] as (() => void)[] })
  const burst = Array.from({ length: 192 }, () => verifier.verifyToken(mint()))
  const leaving = new AbortController()
  const left = verifier.verifyToken(mint(), { signal: leaving.signal })
  const late = Promise.allSettled([verifier.verifyToken(mint())])
  await settle()
  leaving.abort()
  await expect(left).rejects.toBe(leaving.signal.reason)
  vi.advanceTimersByTime(5_000)
  expect(await late).toMatchObject([{ reason: { code: 'network', reason: 'TOO_MANY_PENDING' } }])
  const next = [mint(), mint()].map((token) => verifier.verifyToken(token))
  await expect(verifier.verifyToken(mint())).rejects.toMatchObject({ reason: 'TOO_MANY_PENDING' })
  held.shift()?.()
  await settle()
  expect(held).toHaveLength(192)
  service.held = undefined
  for (const release of held) release()
  await Promise.all([...burst, ...next])
  expect(service.requests).toHaveLength(194)
})

test('on Workers, where no request may wait for another one, all are asked about at once', async () => {
  vi.stubGlobal('EdgeRuntime', 'edge')
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  vi.unstubAllGlobals()
  const { held } = Object.assign(service, { held: [] as (() => void)[] })
  const verdicts = Array.from({ length: 200 }, () => verifier.verifyToken(mint()))
  await settle()
  expect(held).toHaveLength(200)
  for (const release of held) release()
  await Promise.all(verdicts)
})

test('three thousand new users at once are all asked about', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const { held } = Object.assign(service, { held: [] as (() => void)[] })
  const verdicts = Array.from({ length: 3_000 }, () => verifier.verifyToken(mint()))
  for (let asked = 0; asked < 3_000; asked += held.splice(0).map((release) => release()).length) {
    await settle()
    expect(held.length).toBeLessThanOrEqual(192)
  }
  expect((await Promise.all(verdicts)).every(({ active }) => active)).toBe(true)
})

test('after a revocation that failed, later answers are remembered again', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  service.isDown = true
  await expect(verifier.revoke(mint())).rejects.toMatchObject({ code: 'api' })
  service.isDown = false
  const token = mint()
  await verifier.verifyToken(token)
  expect(verifier.peek(token)).toEqual(live)
})

test('a revocation under way drops what memory knows, and one that fails what it has learned meanwhile', async () => {
  const service = fakeService()
  let fail = (): void => undefined
  const revokeToken: AuthClient['revokeToken'] = () =>
    new Promise((_resolve, reject) => {
      fail = () => reject(new AuthNetworkError('revokeToken', 'ECONNRESET'))
    })
  const verifier = createTokenVerifier({ ...service.auth, revokeToken })
  const token = mint()
  await verifier.verifyToken(token)
  const revocation = verifier.revoke(token)
  await settle()
  expect(verifier.peek(token)).toBeUndefined()
  await verifier.verifyToken(token)
  fail()
  await expect(revocation).rejects.toMatchObject({ reason: 'ECONNRESET' })
  expect(verifier.peek(token)).toBeUndefined()
})
