import { mintToken } from '@tokenward/test-kit/tokens'
import { afterEach, expect, test, vi } from 'vitest'
import { type RevocationStore, type TokenVerifier } from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, mint } from '../fake-service.ts'

const rejected = { active: false, reason: 'rejected' }
let users = 0
/** A user of this test alone: what a process knows of cut-offs is one. */
const newUser = (): string => `user-${(users += 1)}`
const second = Math.floor(Date.now() / 1_000)
const tokenOf = (sub: string, iat?: number): string => mintToken({ sub, iat, exp: second + 86_400 })

afterEach(() => vi.useRealTimers())

test('revokeSubject: what was issued until then is dead, seen or not; what comes later is alive', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const sub = newUser()
  const [seen, unseen, atTheTime, later] = [second - 100, second - 50, second, second + 1].map((iat) =>
    tokenOf(sub, iat),
  ) as [string, string, string, string]
  const bystander = tokenOf(newUser(), second - 100)
  for (const token of [seen, later, bystander]) await verifier.verifyToken(token)
  expect(await verifier.revokeSubject(sub, { issuedBefore: second * 1_000 })).toStrictEqual({
    sub,
    issuedBefore: second * 1_000,
    tokens: [],
  })
  expect(verifier.peek(seen)).toBeUndefined()
  for (const token of [seen, unseen, atTheTime]) expect(await verifier.verifyToken(token)).toEqual(rejected)
  for (const token of [later, bystander])
    expect(await verifier.verifyToken(token)).toMatchObject({ active: true })
  expect(service.requests.length).toBe(3)
})

test('revokeSubject: issuedBefore is now where it is left out', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const sub = newUser()
  const before = Date.now()
  const { issuedBefore } = await verifier.revokeSubject(sub)
  expect(issuedBefore).toBeGreaterThanOrEqual(before)
  expect(await verifier.verifyToken(tokenOf(sub, second))).toEqual(rejected)
  expect(await verifier.verifyToken(tokenOf(sub, second + 600))).toMatchObject({ active: true })
})

test('revokeSubject: a session of just now is dead although the clock of the service is ahead', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const sub = newUser()
  const [thief, other] = [tokenOf(sub, second + 5), tokenOf(newUser(), second + 5)]
  for (const token of [thief, other]) await verifier.verifyToken(token)
  const { issuedBefore } = await verifier.revokeSubject(sub)
  expect(issuedBefore).toBeGreaterThanOrEqual((second + 5) * 1_000)
  expect(await verifier.verifyToken(thief)).toEqual(rejected)
  expect(await verifier.verifyToken(other)).toMatchObject({ active: true })
  expect(await verifier.verifyToken(tokenOf(sub, second + 60))).toMatchObject({ active: true })
})

test.each([
  ['in milliseconds', second * 1_000],
  ['a day and more ahead', second + 90_000],
])('revokeSubject: a time of issue that is %s counts as none', async (_name, iat) => {
  const verifier = createTokenVerifier(fakeService().auth)
  const sub = newUser()
  const token = tokenOf(sub, iat)
  expect(await verifier.verifyToken(token)).toMatchObject({ active: true })
  const { issuedBefore } = await verifier.revokeSubject(sub)
  expect(issuedBefore).toBeLessThan((second + 60) * 1_000)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test('revokeSubject: a token that does not say when it was issued is dead as well, also an opaque one', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const sub = (service.subject = newUser())
  const [seen, unseen, named] = [mint(), mint(), mintToken({ sub })]
  const signal = verifier.signalFor(seen)
  await verifier.verifyToken(seen)
  await verifier.revokeSubject(sub)
  for (const token of [seen, unseen, named]) expect(await verifier.verifyToken(token)).toEqual(rejected)
  // The token was watched before anybody knew whose it was, so the next look ends it.
  expect(signal.aborted).toBe(false)
  const known = createTokenVerifier(service.auth, { cutOffMs: 1 })
  expect(await known.verifyToken(mint())).toEqual(rejected)
})

test('revokeSubject: an answer that was on its way does not bring the token back', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const sub = newUser()
  const token = tokenOf(sub, second - 1)
  const held: (() => void)[] = []
  service.held = held
  const verdict = verifier.verifyToken(token)
  await vi.waitFor(() => expect(held.length).toBe(1))
  await verifier.revokeSubject(sub)
  held[0]?.()
  expect(await verdict).toEqual(rejected)
  expect(verifier.stats().entries).toBe(0)
})

test('revokeSubject: an outage lets no stale answer stand in', async () => {
  const service = fakeService()
  const clock = { offset: 0 }
  const verifier = createTokenVerifier(service.auth, {
    now: () => Date.now() + clock.offset,
    onUnavailable: { serveStaleForMs: 3_600_000 },
  })
  const [sub, other] = [newUser(), newUser()]
  const [token, bystander] = [tokenOf(sub, second - 1), tokenOf(other, second - 1)]
  for (const each of [token, bystander]) await verifier.verifyToken(each)
  await verifier.revokeSubject(sub)
  service.isDown = true
  clock.offset = 60_000
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(await verifier.verifyToken(bystander)).toMatchObject({ active: true, stale: true })
})

test('revokeSubject: it ends after cutOffMs, by the clock of the verifier', async () => {
  const clock = { offset: 0 }
  const verifier = createTokenVerifier(fakeService().auth, {
    now: () => Date.now() + clock.offset,
    cutOffMs: 60_000,
  })
  const sub = newUser()
  await verifier.revokeSubject(sub)
  const token = tokenOf(sub, second - 1)
  clock.offset = 59_000
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  clock.offset = 61_000
  expect(await verifier.verifyToken(token)).toMatchObject({ active: true })
})

test('revokeSubject: a wall clock that is a day ahead for a while brings nobody back', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const sub = newUser()
  await verifier.revokeSubject(sub)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 90_000_000 })
  for (let others = 0; others < 3; others += 1) await verifier.revokeSubject(newUser())
  vi.useRealTimers()
  expect(await verifier.verifyToken(tokenOf(sub, second - 1))).toEqual(rejected)
})

test('revokeSubject: a later call never takes back what an earlier one said', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const sub = newUser()
  await verifier.revokeSubject(sub, { issuedBefore: second * 1_000 })
  await verifier.revokeSubject(sub, { issuedBefore: (second - 1_000) * 1_000 })
  expect(await verifier.verifyToken(tokenOf(sub, second))).toEqual(rejected)
})

test('revokeSubject: every verifier of the process knows, one that is made later as well; another service does not', async () => {
  const service = fakeService()
  const [one, two] = [createTokenVerifier(service.auth), createTokenVerifier(service.auth)]
  const other = createTokenVerifier({ ...service.auth, serviceUrl: 'https://another.example' })
  const sub = newUser()
  const token = tokenOf(sub, second - 1)
  for (const verifier of [one, two, other]) await verifier.verifyToken(token)
  const signal = two.signalFor(token)
  const elsewhere = other.signalFor(token)
  await one.revokeSubject(sub)
  expect(await two.verifyToken(token)).toEqual(rejected)
  expect(await createTokenVerifier(service.auth).verifyToken(token)).toEqual(rejected)
  expect(await other.verifyToken(token)).toMatchObject({ active: true })
  expect([signal.aborted, elsewhere.aborted]).toEqual([true, false])
})

test('revokeSubject: the connections of the user end, and nobody else’s', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const [sub, other] = [newUser(), newUser()]
  const [phone, laptop, renewed, bystander] = [
    tokenOf(sub, second - 10),
    tokenOf(sub),
    tokenOf(sub, second + 600),
    tokenOf(other, second - 10),
  ].map((token) => verifier.signalFor(token))
  await verifier.revokeSubject(sub)
  expect([phone?.aborted, laptop?.aborted, renewed?.aborted, bystander?.aborted]).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(phone?.reason).toMatchObject({ code: 'token_ended', reason: 'revoked' })
  expect(verifier.stats().watched).toBe(2)
})

test('revokeSubject: a name beyond ASCII is the same in a token and in an answer', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const sub = `张伟-${newUser()}`
  const token = tokenOf(sub, second - 1)
  const signal = verifier.signalFor(token)
  await verifier.revokeSubject(sub)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  expect(signal.aborted).toBe(true)
})

test('revokeSubject: the tokens that are given are revoked at the service, and a failure is told', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const sub = newUser()
  const [one, two] = [tokenOf(sub, second - 1), tokenOf(sub, second - 2)]
  const done = await verifier.revokeSubject(sub, { tokens: [one, two] })
  expect(done.tokens).toEqual([{ outcome: 'revoked' }, { outcome: 'revoked' }])
  expect(service.dead).toEqual(new Set([one, two]))
  service.isDown = true
  const three = tokenOf(sub, second - 3)
  const failed = await verifier.revokeSubject(sub, { tokens: [three] })
  expect(failed.tokens).toEqual([
    { outcome: 'failed', error: expect.objectContaining({ code: 'api', status: 503 }) },
  ])
  service.isDown = false
  expect(await verifier.verifyToken(three)).toEqual(rejected)
})

test('revokeSubject: a caller who leaves gets the reason of their signal, and the cut-off holds', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const sub = newUser()
  const token = tokenOf(sub, second - 1)
  service.held = []
  const leaving = new AbortController()
  const done = verifier.revokeSubject(sub, { tokens: [token], signal: leaving.signal })
  const reason = new Error('gone')
  leaving.abort(reason)
  await expect(done).rejects.toBe(reason)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
})

test('revokeSubject: a caller who has left before changes nothing', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const sub = newUser()
  const reason = new Error('gone')
  await expect(verifier.revokeSubject(sub, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(await verifier.verifyToken(tokenOf(sub, second - 1))).toMatchObject({ active: true })
})

test('revokeSubject: a cut-off that lies ahead holds for cutOffMs from then', async () => {
  const clock = { now: Date.now() }
  const verifier = createTokenVerifier(fakeService().auth, { now: () => clock.now, cutOffMs: 60_000 })
  const sub = newUser()
  await verifier.revokeSubject(sub, { issuedBefore: clock.now + 600_000 })
  clock.now += 659_000
  expect(await verifier.verifyToken(tokenOf(sub, second))).toEqual(rejected)
  clock.now += 1_000
  expect(await verifier.verifyToken(tokenOf(sub, second))).toMatchObject({ active: true })
})

test('revokeSubject: a store that knows no cut-offs is refused, before anything happens', async () => {
  const store: RevocationStore = { subscribe: () => async () => undefined, publish: async () => true }
  const verifier = createTokenVerifier(fakeService().auth, { store })
  const sub = newUser()
  await expect(verifier.revokeSubject(sub)).rejects.toMatchObject({
    code: 'configuration',
    argument: 'store',
    message: 'store must have publishCutOff: without it, the fleet hears of no cut-off',
  })
  expect(await verifier.verifyToken(tokenOf(sub, second - 1))).toMatchObject({ active: true })
})

test.each<[shared: boolean, publishCutOff: NonNullable<RevocationStore['publishCutOff']>]>([
  [true, async () => true],
  [false, async () => false],
  [false, () => Promise.reject(new Error('away'))],
])('revokeSubject: shared is %s as the store says', async (shared, publishCutOff) => {
  const cutOffs: unknown[] = []
  const store: RevocationStore = {
    subscribe: () => async () => undefined,
    publish: async () => true,
    publishCutOff(cutOff) {
      cutOffs.push(cutOff)
      return publishCutOff(cutOff)
    },
  }
  const { auth } = fakeService()
  const verifier = createTokenVerifier(auth, { store, now: () => 1_000_000, cutOffMs: 500 })
  const sub = newUser()
  expect(await verifier.revokeSubject(sub)).toEqual({ sub, issuedBefore: 1_000_000, shared, tokens: [] })
  expect(cutOffs).toEqual([{ service: auth.serviceUrl, sub, issuedBefore: 1_000_000, until: 1_000_500 }])
})

test.each([
  ['sub', '', {}],
  ['sub', 42, {}],
  ['issuedBefore', '7', { issuedBefore: Number.NaN }],
  ['issuedBefore', '7', { issuedBefore: -1 }],
  ['issuedBefore', '7', { issuedBefore: Math.floor(Date.now() / 1_000) }],
  ['issuedBefore', '7', { issuedBefore: new Date() }],
  ['tokens', '7', { tokens: 'token' }],
  ['tokens', '7', { tokens: ['two words'] }],
  ['before', '7', { before: 1 }],
])('revokeSubject: an unusable %s is named (%j, %j)', async (argument, sub, options) => {
  const { revokeSubject } = createTokenVerifier(fakeService().auth)
  const call = revokeSubject(sub as string, options as Parameters<TokenVerifier['revokeSubject']>[1])
  await expect(call).rejects.toMatchObject({ code: 'configuration', argument })
})

test('createTokenVerifier: cutOffMs is held to its range', () => {
  for (const cutOffMs of [0, Number.NaN, 31_536_000_001])
    expect(() => createTokenVerifier(fakeService().auth, { cutOffMs })).toThrow(
      expect.objectContaining({ code: 'configuration', argument: 'cutOffMs' }),
    )
})

test.each([null, {}])(
  'revokeSubject: a signal that is none, %j, is told what is expected',
  async (signal) => {
    const verifier = createTokenVerifier(fakeService().auth)
    const call = verifier.revokeSubject(newUser(), { signal: signal as AbortSignal })
    await expect(call).rejects.toThrow('signal must be an AbortSignal')
  },
)
