import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import {
  type AuthClient,
  createAuthClient,
  type RevocationStore,
  type TokenVerifierOptions,
  type TokenVerifier,
  type VerifyTokenOptions,
} from '../../src/index.ts'
import { tombstoneEnd } from '../../src/memory/tombstones.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, mint } from '../fake-service.ts'

const live = { active: true, sub: '42', client_id: 'shop', scope: 'user' }
const rejected = { active: false, reason: 'rejected' }

// The platform's clocks stand still, so that a busy machine ends no window.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A verifier on a clock that stands still until it is moved. */
function setUp(options: TokenVerifierOptions = {}): {
  service: ReturnType<typeof fakeService>
  verifier: TokenVerifier
  clock: { now: number }
} {
  const clock = { now: Date.now() }
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { now: () => clock.now, ...options })
  return { service, verifier, clock }
}

/** Lets all work go on that does not wait for the service. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('verifyToken: an answer is believed for the revocation window, not a millisecond longer', async () => {
  const { service, verifier, clock } = setUp({ revocationWindowMs: 1_000 })
  const token = mint()
  expect(await verifier.verifyToken(token)).toEqual(live)
  service.dead.add(token)
  clock.now += 999
  expect(await verifier.verifyToken(token)).toEqual(live)
  clock.now += 1
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }, { operation: 'verifyToken' }])
})

test('verifyToken: the window starts when the service is asked, not when it has answered', async () => {
  const { service, verifier, clock } = setUp({ revocationWindowMs: 1_000 })
  const token = mint()
  service.held = []
  const answer = verifier.verifyToken(token)
  await settle()
  clock.now += 1_000
  service.held.shift()?.()
  service.held = undefined
  expect(await answer).toEqual(live)
  await verifier.verifyToken(token)
  expect(service.requests).toHaveLength(2)
})

test('verifyToken: an answer is never believed past the expiry of the token', async () => {
  const { service, verifier, clock } = setUp({ revocationWindowMs: 60_000 })
  const token = mint(Math.floor(clock.now / 1_000) + 10)
  await verifier.verifyToken(token)
  clock.now += 9_000
  await verifier.verifyToken(token)
  expect(service.requests).toHaveLength(1)
  clock.now += 1_000
  expect(verifier.peek(token)).toBeUndefined()
  await verifier.verifyToken(token)
  expect(service.requests).toHaveLength(2)
})

test('verifyToken: a clock that is set back ends an answer instead of prolonging it', async () => {
  const { service, verifier, clock } = setUp()
  const token = mint()
  await verifier.verifyToken(token)
  clock.now -= 1
  await verifier.verifyToken(token)
  expect(service.requests).toHaveLength(2)
})

test('fake timers that a test starts later move a verifier that was made before', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: 1_000 })
  const token = mint(Math.floor(Date.now() / 1_000) + 3_600)
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  await verifier.verifyToken(token)
  vi.advanceTimersByTime(999)
  await verifier.verifyToken(token)
  expect(service.requests).toHaveLength(1)
  vi.advanceTimersByTime(1)
  await verifier.verifyToken(token)
  expect(service.requests).toHaveLength(2)
  vi.advanceTimersByTime(2 * 3_600_000)
  expect(await verifier.verifyToken(token)).toEqual({ active: false, reason: 'expired' })
})

test('verifyToken: a token is called expired by the clock of the option now', async () => {
  const { service, verifier, clock } = setUp()
  const token = mint(Math.floor(clock.now / 1_000) + 3_600)
  clock.now += 2 * 3_600_000
  expect(await verifier.verifyToken(token)).toEqual({ active: false, reason: 'expired' })
  expect(service.requests).toEqual([])
})

test('verifyToken: a window does not become longer when the wall clock is set back within it', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { revocationWindowMs: 60_000 })
  const token = mint()
  await verifier.verifyToken(token)
  vi.advanceTimersByTime(59_000)
  // Set back by 58 seconds: by the date alone, the answer would be believed for 117 seconds.
  vi.setSystemTime(Date.now() - 58_000)
  expect(verifier.peek(token)).toEqual(live)
  vi.advanceTimersByTime(1_000)
  expect(verifier.peek(token)).toBeUndefined()
})

test('verifyToken: an answer of any depth is read', async () => {
  const { auth } = fakeService()
  const answer = `{"sub":"42","claims":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
  const deep = createAuthClient({ env: 'shop', fetch: async () => new Response(answer) })
  const verifier = createTokenVerifier({ ...auth, withResponse: deep.withResponse })
  expect((await verifier.verifyToken(mint())).active).toBe(true)
})

test('verifyToken: every caller gets the same answer, which none of them can change', async () => {
  const { verifier } = setUp()
  const token = mint()
  const verdict = await verifier.verifyToken(token)
  expect(() => Object.assign(verdict, { sub: 'other' })).toThrow(TypeError)
  expect(verifier.peek(token)).toBe(verdict)
})

test('verifyToken: ten thousand concurrent checks of one token make one request', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  const verdicts = await Promise.all(Array.from({ length: 10_000 }, () => verifier.verifyToken(token)))
  expect(new Set(verdicts)).toEqual(new Set([live]))
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }])
  expect(verifier.stats()).toMatchObject({ miss: 1, coalesced: 9_999, inFlight: 0 })
})

test('verifyToken: a request that has been under way for a whole window is not joined', async () => {
  const { service, verifier, clock } = setUp({ revocationWindowMs: 1_000 })
  const token = mint()
  service.held = []
  const early = verifier.verifyToken(token)
  await settle()
  service.dead.add(token)
  clock.now += 1_000
  const late = verifier.verifyToken(token)
  await settle()
  for (const release of service.held) release()
  expect(await early).toEqual(live)
  expect(await late).toEqual(rejected)
})

test('verifyToken: without shared requests, each check makes its own', async () => {
  const { service, verifier } = setUp({ shareRequests: false })
  const token = mint()
  await Promise.all([verifier.verifyToken(token), verifier.verifyToken(token)])
  expect(service.requests).toHaveLength(2)
})

test('verifyToken: an abort ends the wait of its caller alone', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  service.held = []
  const controller = new AbortController()
  const leaver = verifier.verifyToken(token, { signal: controller.signal })
  const stayer = verifier.verifyToken(token)
  await settle()
  const reason = new Error('gone')
  controller.abort(reason)
  await expect(leaver).rejects.toBe(reason)
  service.held.shift()?.()
  expect(await stayer).toEqual(live)
  expect(service.requests).toHaveLength(1)
})

test('verifyToken: a timeout ends the wait of its caller alone', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  service.held = []
  const leaver = verifier.verifyToken(token, { timeoutMs: 1 })
  const stayer = verifier.verifyToken(token)
  await expect(leaver).rejects.toMatchObject({ code: 'timeout', timeoutMs: 1 })
  service.held.shift()?.()
  expect(await stayer).toEqual(live)
})

test('verifyToken: the last one to leave aborts the request, and the next one starts anew', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  service.held = []
  const controllers = [new AbortController(), new AbortController()]
  const waits = controllers.map(({ signal }) => verifier.verifyToken(token, { signal }))
  const left = Promise.allSettled(waits)
  await settle()
  for (const controller of controllers) controller.abort(new Error('gone'))
  expect((await left).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  service.held = undefined
  expect(await verifier.verifyToken(token)).toEqual(live)
  expect(service.requests).toHaveLength(2)
})

test('verifyToken: a signal that is aborted before makes no request', async () => {
  const { service, verifier } = setUp()
  const reason = new Error('gone')
  await expect(verifier.verifyToken(mint(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(service.requests).toEqual([])
})

test.each([0, -1, Number.NaN, 2_147_483_648])(
  'verifyToken: a timeout of %d is a mistake',
  async (timeoutMs) => {
    const { verifier } = setUp()
    await expect(verifier.verifyToken(mint(), { timeoutMs })).rejects.toMatchObject({
      code: 'configuration',
      argument: 'timeoutMs',
    })
  },
)

test('verifyToken: malformed and expired tokens are refused without a request', async () => {
  const { service, verifier } = setUp()
  expect(await verifier.verifyToken('not a token')).toEqual({ active: false, reason: 'malformed' })
  expect(await verifier.verifyToken(mint(1_000))).toEqual({ active: false, reason: 'expired' })
  expect(service.requests).toEqual([])
  expect(verifier.stats()).toMatchObject({ refused: 2, miss: 0 })
})

test('verifyToken: a value that is not a string is a mistake of the program, and is not quoted', async () => {
  const { verifier } = setUp()
  const token: unknown = { secret: 'hidden' }
  await expect(verifier.verifyToken(token as string)).rejects.toMatchObject({ argument: 'token' })
  expect(verifier.peek(token as string)).toBeUndefined()
})

test('verifyToken: a refusal is believed for its own window', async () => {
  const { service, verifier, clock } = setUp({ refusalWindowMs: 1_000 })
  const token = mint()
  service.dead.add(token)
  await verifier.verifyToken(token)
  clock.now += 999
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(service.requests).toHaveLength(1)
  clock.now += 1
  await verifier.verifyToken(token)
  expect(service.requests).toHaveLength(2)
})

test('verifyToken: a flood of refused tokens pushes out no live one', async () => {
  const { service, verifier } = setUp({ maxEntries: 10, maxRefusals: 10, maxRefusalsPerSecond: 1_000 })
  const token = mint()
  await verifier.verifyToken(token)
  for (let count = 0; count < 500; count += 1) {
    const junk = mint()
    service.dead.add(junk)
    await verifier.verifyToken(junk)
  }
  expect(verifier.peek(token)).toEqual(live)
  expect(verifier.stats().refusals).toBeLessThanOrEqual(10)
})

test('verifyToken: in a flood of made-up tokens the service is asked about so many a second', async () => {
  const { service, verifier, clock } = setUp({ maxRefusalsPerSecond: 5, revocationWindowMs: 10 })
  const known = mint()
  await verifier.verifyToken(known)
  let spared = 0
  for (let count = 0; count < 100; count += 1) {
    const junk = mint()
    service.dead.add(junk)
    await verifier.verifyToken(junk).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'network', reason: 'TOO_MANY_REFUSALS' })
      spared += 1
    })
  }
  expect(spared).toBe(95)
  clock.now += 10
  // A token that was active before is still asked about.
  expect(await verifier.verifyToken(known)).toEqual(live)
  clock.now += 1_000
  expect(await verifier.verifyToken(mint())).toEqual(live)
})

test('verifyToken: a flood that goes on is limited in the next second, also when all ask at once', async () => {
  const { service, verifier, clock } = setUp({ maxRefusalsPerSecond: 5 })
  const floodOf = (size: number): Promise<unknown> => {
    const junk = Array.from({ length: size }, () => mint())
    for (const token of junk) service.dead.add(token)
    return Promise.allSettled(junk.map((token) => verifier.verifyToken(token)))
  }
  await floodOf(50)
  clock.now += 1_000
  service.requests.length = 0
  await floodOf(50)
  expect(service.requests).toHaveLength(5)
  clock.now += 1_000
  // Most of the few that are asked about are active: the flood is over.
  await floodOf(1)
  clock.now += 1_000
  const people = await Promise.all(Array.from({ length: 50 }, () => verifier.verifyToken(mint())))
  expect(people.every(({ active }) => active)).toBe(true)
})

test.each(['refuses to answer', 'gives no answer'])(
  'verifyToken: a flood under which the service %s is limited in the next second as well',
  async (fault) => {
    const { service, verifier, clock } = setUp({ maxRefusalsPerSecond: 5 })
    const flood = (): Promise<unknown> => {
      const junk = Array.from({ length: 50 }, () => mint())
      for (const token of junk) service.dead.add(token)
      return Promise.allSettled(junk.map((token) => verifier.verifyToken(token)))
    }
    await flood()
    service.isDown = fault === 'refuses to answer'
    if (!service.isDown) service.held = []
    const waiting: Promise<unknown>[] = []
    for (let second = 0; second < 3; second += 1) {
      clock.now += 1_000
      service.requests.length = 0
      waiting.push(flood())
      await vi.waitFor(() => expect(service.requests).toHaveLength(5))
    }
    for (const release of service.held ?? []) release()
    await Promise.all(waiting)
    service.held = undefined
    service.isDown = false
    // Three in five are good: the flood is over.
    clock.now += 1_000
    for (let count = 0; count < 3; count += 1) expect(await verifier.verifyToken(mint())).toEqual(live)
    clock.now += 1_000
    const people = await Promise.all(Array.from({ length: 50 }, () => verifier.verifyToken(mint())))
    expect(people.every(({ active }) => active)).toBe(true)
  },
)

test('verifyToken: the number of live tokens is bounded, and the least recently used go', async () => {
  const { verifier } = setUp({ maxEntries: 10 })
  const tokens = Array.from({ length: 100 }, () => mint())
  for (const token of tokens) await verifier.verifyToken(token)
  expect(verifier.stats().entries).toBeLessThanOrEqual(10)
  expect(verifier.peek(tokens.at(-1) ?? '')).toEqual(live)
  expect(verifier.peek(tokens[0] ?? '')).toBeUndefined()
})

test('verifyToken: of maxEntries live tokens, the half that was used last is always remembered', async () => {
  const { verifier } = setUp({ maxEntries: 10 })
  const tokens = Array.from({ length: 40 }, () => mint())
  for (const [index, token] of tokens.entries()) {
    await verifier.verifyToken(token)
    const latest = tokens.slice(Math.max(0, index - 4), index + 1)
    expect(latest.map((used) => verifier.peek(used))).toEqual(latest.map(() => live))
  }
})

test('verifyToken: an outage throws, is not remembered, and ends by itself', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  service.isDown = true
  await expect(verifier.verifyToken(token)).rejects.toMatchObject({ code: 'api', status: 503 })
  await expect(verifier.verifyToken(token)).rejects.toMatchObject({ code: 'api', status: 503 })
  service.isDown = false
  expect(await verifier.verifyToken(token)).toEqual(live)
  expect(service.requests).toHaveLength(3)
  expect(verifier.stats()).toMatchObject({ unavailable: 2, stale: 0 })
})

test('serveStaleForMs: the last answer stands in, marked, counted from that answer', async () => {
  const { service, verifier, clock } = setUp({
    revocationWindowMs: 1_000,
    onUnavailable: { serveStaleForMs: 5_000 },
  })
  const token = mint()
  await verifier.verifyToken(token)
  service.isDown = true
  clock.now += 4_999
  expect(await verifier.verifyToken(token)).toEqual({ ...live, stale: true })
  expect(verifier.peek(token)).toBeUndefined()
  clock.now += 1
  await expect(verifier.verifyToken(token)).rejects.toMatchObject({ code: 'api' })
})

test('serveStaleForMs: no answer stands in past the expiry of the token', async () => {
  const { service, verifier, clock } = setUp({
    revocationWindowMs: 1_000,
    onUnavailable: { serveStaleForMs: 60_000 },
  })
  const token = mint(Math.floor(clock.now / 1_000) + 10)
  await verifier.verifyToken(token)
  service.isDown = true
  clock.now += 10_000
  await expect(verifier.verifyToken(token)).rejects.toMatchObject({ code: 'api' })
})

test('serveStaleForMs: no answer stands in for a token that the service has refused since', async () => {
  const { service, verifier, clock } = setUp({
    revocationWindowMs: 1_000,
    refusalWindowMs: 0,
    onUnavailable: { serveStaleForMs: 60_000 },
  })
  const token = mint()
  await verifier.verifyToken(token)
  service.dead.add(token)
  clock.now += 1_000
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  service.isDown = true
  await expect(verifier.verifyToken(token)).rejects.toMatchObject({ code: 'api' })
})

test('verifyToken: an answer from before a refusal is not kept, nor stands in', async () => {
  const { service, verifier, clock } = setUp({
    shareRequests: false,
    onUnavailable: { serveStaleForMs: 60_000 },
  })
  const token = mint()
  service.held = []
  const early = verifier.verifyToken(token)
  await settle()
  service.dead.add(token)
  const late = verifier.verifyToken(token)
  await settle()
  service.held.pop()?.()
  expect(await late).toEqual(rejected)
  service.held.pop()?.()
  await early
  expect(verifier.peek(token)).toBeUndefined()
  clock.now += 30_000
  service.isDown = true
  await expect(verifier.verifyToken(token)).rejects.toMatchObject({ code: 'api' })
})

test.each(['revoke', 'revokeAndVerify'] as const)(
  '%s: the token is dead at once, in memory and on its way',
  async (method) => {
    const { service, verifier } = setUp({ onUnavailable: { serveStaleForMs: 60_000 } })
    const token = mint()
    await verifier.verifyToken(token)
    expect(await verifier[method](token)).toEqual({ outcome: 'revoked' })
    expect(verifier.peek(token)).toBeUndefined()
    service.isDown = true
    expect(await verifier.verifyToken(token)).toEqual(rejected)
    expect(verifier.stats().tombstones).toBe(1)
  },
)

test('revoke: an answer that was on its way does not make the token active again', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  service.held = []
  const early = verifier.verifyToken(token)
  await settle()
  const release = service.held.shift()
  service.held = undefined
  await verifier.revoke(token)
  release?.()
  expect(await early).toEqual(rejected)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(verifier.peek(token)).toBeUndefined()
})

test('revokeToken of the client itself is seen by the verifier', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  await verifier.verifyToken(token)
  await service.auth.revokeToken(token)
  expect(verifier.peek(token)).toBeUndefined()
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }, { operation: 'revokeToken' }])
})

test('revokeToken of another client of this process is seen by the verifier', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const token = mint()
  await verifier.verifyToken(token)
  await fakeService().auth.revokeToken(token)
  expect(verifier.peek(token)).toBeUndefined()
  await expect(verifier.verifyToken(token)).resolves.toEqual({ active: false, reason: 'rejected' })
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }])
})

test('a client and a verifier that are made after a revocation report the token dead, while the service is late', async () => {
  const token = mint()
  await fakeService().auth.revokeToken(token)
  const late = createAuthClient({ env: 'shop', fetch: async () => Response.json({ sub: '42' }) })
  expect(await late.verifyToken(token)).toEqual(rejected)
  expect(await createTokenVerifier(late).verifyToken(token)).toEqual(rejected)
  // Here the answer does not come through the client.
  const service = fakeService()
  expect(await createTokenVerifier(service.auth).verifyToken(token)).toEqual(rejected)
  expect(service.requests).toEqual([])
})

test('close: later revocations are no longer counted', async () => {
  const { auth } = fakeService()
  const verifier = createTokenVerifier(auth)
  await verifier.close()
  await auth.revokeToken(mint())
  expect(verifier.stats().tombstones).toBe(0)
})

test('revoke: without an answer of the service it throws, and the token is active from memory no more', async () => {
  const { service, verifier } = setUp({ onUnavailable: { serveStaleForMs: 60_000 } })
  const token = mint()
  await verifier.verifyToken(token)
  service.isDown = true
  await expect(verifier.revoke(token)).rejects.toMatchObject({ code: 'api', operation: 'revokeToken' })
  expect(verifier.peek(token)).toBeUndefined()
  await expect(verifier.verifyToken(token)).rejects.toMatchObject({ code: 'api', operation: 'verifyToken' })
  service.isDown = false
  expect(await verifier.verifyToken(token)).toEqual(live)
})

test('revoke: answers that were on their way while it failed are not kept', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  service.held = []
  const early = verifier.verifyToken(token)
  await settle()
  service.isDown = true
  await expect(verifier.revoke(token)).rejects.toMatchObject({ code: 'api' })
  service.held.shift()?.()
  await early
  expect(verifier.peek(token)).toBeUndefined()
})

test('revoke: a malformed token is refused, and other tokens keep their answers', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  const answer = verifier.verifyToken(token)
  await expect(verifier.revoke('no token')).rejects.toMatchObject({
    code: 'configuration',
    argument: 'token',
  })
  const verdict = await answer
  expect(verifier.peek(token)).toBe(verdict)
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }])
})

test('revoke: the tombstone lasts five minutes longer than the token, for clocks that differ', async () => {
  const { service, verifier, clock } = setUp()
  const token = mint(Math.floor(clock.now / 1_000) + 3_600)
  await verifier.revoke(token)
  service.dead.clear()
  clock.now += 3_600_000
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(service.requests).toMatchObject([{ operation: 'revokeToken' }])
  clock.now += 301_000
  expect(await verifier.verifyToken(token)).toMatchObject({ active: false })
  expect(service.requests).toMatchObject([{ operation: 'revokeToken' }])
  const exp = Math.floor(clock.now / 1_000) + 3_600
  expect(tombstoneEnd(mint(exp), clock.now, 0)).toBe(exp * 1_000 + 300_000)
})

test('revoke: tombstones that are over are swept away', async () => {
  const { verifier, clock } = setUp()
  for (let count = 0; count < 100; count += 1) await verifier.revoke(mint(Math.floor(clock.now / 1_000) + 60))
  clock.now += 3_600_000
  for (let count = 0; count < 100; count += 1) await verifier.revoke(mint())
  expect(verifier.stats().tombstones).toBe(100)
})

test('without node:crypto, keys are promises, and a revocation is seen all the same', async () => {
  const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  const { service, verifier } = setUp()
  spy.mockRestore()
  const token = mint()
  expect(await verifier.verifyToken(token)).toEqual(live)
  expect(await verifier.verifyToken(token)).toEqual(live)
  expect(verifier.peek(token)).toBeUndefined()
  await service.auth.revokeToken(token)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }, { operation: 'revokeToken' }])
})

test('without node:crypto, a check that began before a revocation has ended finds the token dead', async () => {
  const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  const { service, verifier } = setUp()
  spy.mockRestore()
  const held: (() => void)[] = []
  const slow = vi.spyOn(crypto.subtle, 'digest').mockImplementation(async () => {
    await new Promise<void>((resolve) => held.push(resolve))
    return new ArrayBuffer(32)
  })
  onTestFinished(() => slow.mockRestore())
  const token = mint()
  const first = verifier.verifyToken(token)
  held.shift()?.()
  await first
  const verdict = verifier.verifyToken(token)
  await service.auth.revokeToken(token)
  for (const release of held) {
    release()
    await settle()
  }
  expect(await verdict).toEqual(rejected)
})

test('without node:crypto, a revoked token that cannot be hashed hinders no other', async () => {
  const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  const { service, verifier } = setUp()
  spy.mockRestore()
  const broken = vi.spyOn(crypto.subtle, 'digest').mockRejectedValueOnce(new Error('no digest'))
  onTestFinished(() => broken.mockRestore())
  await service.auth.revokeToken(mint())
  const [alive, dead] = [mint(), mint()]
  expect(await verifier.verifyToken(alive)).toEqual(live)
  await service.auth.revokeToken(dead)
  expect(await verifier.verifyToken(dead)).toEqual(rejected)
})

test('without node:crypto, a caller who leaves before the request ends its wait', async () => {
  const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  const { verifier } = setUp()
  spy.mockRestore()
  const controller = new AbortController()
  const verdict = verifier.verifyToken(mint(), { signal: controller.signal })
  const reason = new Error('gone')
  controller.abort(reason)
  await expect(verdict).rejects.toBe(reason)
})

test('without node:crypto, a signal that is none is named as the mistake', async () => {
  const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  const { service, verifier } = setUp()
  spy.mockRestore()
  const options = { signal: 'soon' as unknown as AbortSignal }
  await expect(verifier.peekOrVerify(mint(), options)).rejects.toMatchObject({
    code: 'configuration',
    argument: 'signal',
  })
  expect(service.requests).toEqual([])
})

test('peekOrVerify: rejects where the client lacks its variables, and does not throw', async () => {
  for (const name of ['ENV', 'BASE_URL', 'CLIENT_ID']) vi.stubEnv(`TOKENWARD_${name}`, undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
  const verdict = createTokenVerifier(createAuthClient()).peekOrVerify(mint())
  await expect(verdict).rejects.toMatchObject({ code: 'configuration', argument: 'env' })
})

test("a runtime that refuses Node's modules by throwing, as an edge runtime does, works without them", async () => {
  const refuse = (): never => {
    throw new Error('not supported')
  }
  const spy = vi.spyOn(process, 'getBuiltinModule').mockImplementation(refuse)
  onTestFinished(() => spy.mockRestore())
  const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ sub: '42' }))
  onTestFinished(() => fetch.mockRestore())
  const verifier = createTokenVerifier(createAuthClient({ env: 'shop' }))
  expect(await verifier.verifyToken(mint())).toEqual({ active: true, sub: '42' })
  expect(fetch).toHaveBeenCalledOnce()
})

test('tokenward.verifier: subscribers see each event, the request id, and never the token', async () => {
  const events: unknown[] = []
  const listen = (event: unknown): void => void events.push(event)
  subscribe('tokenward.verifier', listen)
  const { service, verifier, clock } = setUp({
    revocationWindowMs: 1_000,
    onUnavailable: { serveStaleForMs: 60_000 },
  })
  const token = mint()
  await Promise.all([verifier.verifyToken(token), verifier.verifyToken(token)])
  await verifier.verifyToken(token)
  service.isDown = true
  clock.now += 1_000
  await verifier.verifyToken(token)
  await verifier.verifyToken('no token')
  unsubscribe('tokenward.verifier', listen)
  const upstreamMs: unknown = expect.any(Number)
  expect(events).toEqual([
    { event: 'coalesced', clientId: 'shop' },
    { event: 'miss', clientId: 'shop', upstreamMs, requestId: 'request-1' },
    { event: 'hit', clientId: 'shop' },
    {
      event: 'unavailable',
      clientId: 'shop',
      upstreamMs,
      requestId: 'request-2',
      reason: 'api',
      error: expect.objectContaining({ code: 'api', status: 503 }) as unknown,
    },
    { event: 'stale', clientId: 'shop' },
    { event: 'refused', clientId: 'shop', reason: 'malformed' },
  ])
  expect(JSON.stringify(events)).not.toContain(token.slice(0, 20))
})

test('close: nothing is remembered, and each check asks the service', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  await verifier.verifyToken(token)
  await verifier.close()
  await verifier.verifyToken(token)
  await verifier.verifyToken(token)
  expect(service.requests).toHaveLength(3)
  expect(verifier.stats().entries).toBe(0)
})

test('clientId is that of the client', () => {
  expect(setUp().verifier.clientId).toBe('shop')
})

test.each<[string, TokenVerifierOptions]>([
  ['revocationWindowMs', { revocationWindowMs: 0 }],
  ['revocationWindowMs', { revocationWindowMs: Number.NaN }],
  ['maxEntries', { maxEntries: 1 }],
  ['maxRefusals', { maxRefusals: 1 }],
  ['refusalWindowMs', { refusalWindowMs: -1 }],
  ['maxRefusalsPerSecond', { maxRefusalsPerSecond: 0 }],
  ['tombstoneMs', { tombstoneMs: 0 }],
  ['maxTombstones', { maxTombstones: 0 }],
  ['onUnavailable', { onUnavailable: { serveStaleForMs: -1 } }],
  ['onUnavailable', { onUnavailable: 'allow' as 'deny' }],
  ['onIsolated', { onIsolated: 'deny' as 'ask' }],
  ['revocationWindow', { revocationWindow: 5 } as TokenVerifierOptions],
  ['store', { store: {} as RevocationStore }],
  ['now', { now: 5 as unknown as () => number }],
])('createTokenVerifier: an unusable %s is named', (argument, options) => {
  expect(() => setUp(options)).toThrow(expect.objectContaining({ code: 'configuration', argument }))
})

test('createTokenVerifier: something other than a client is refused at once', () => {
  for (const auth of [undefined, {}, Promise.resolve(fakeService().auth)])
    expect(() => createTokenVerifier(auth as unknown as AuthClient)).toThrow(
      expect.objectContaining({ code: 'configuration', argument: 'auth' }),
    )
})

test('verifyToken: a misspelt option of a single check is refused by name', async () => {
  const options = { timeout: 5 } as VerifyTokenOptions
  await expect(setUp().verifier.verifyToken(mint(), options)).rejects.toMatchObject({ argument: 'timeout' })
})

test.each([new AbortController(), 'soon', null, {}])(
  'verifyToken: a signal that is none (%j) is named as the mistake',
  async (signal) => {
    const { auth, requests } = fakeService()
    const options = { signal: signal as unknown as AbortSignal }
    await expect(createTokenVerifier(auth).verifyToken(mint(), options)).rejects.toMatchObject({
      code: 'configuration',
      argument: 'signal',
    })
    expect(requests).toEqual([])
  },
)
