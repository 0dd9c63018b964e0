import { mintToken } from '@tokenward/test-kit/tokens'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import {
  createAuthClient,
  type Revocation,
  type RevocationStore,
  type RevocationSubscriber,
} from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, keyOf, mint } from '../fake-service.ts'

const rejected = { active: false, reason: 'rejected' }
const marginMs = 300_000
const hourMs = 3_600_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A verifier, and the rest of its fleet. */
function setUp(options: object = {}) {
  let fleet: RevocationSubscriber | undefined
  const published: [key: string, until: number][] = []
  const cutOffs: string[] = []
  const store: RevocationStore = {
    subscribe(subscriber) {
      fleet = subscriber
      subscriber.onAttached(true)
      return async () => undefined
    },
    async publish(key, until) {
      published.push([key, until])
      return true
    },
    async publishCutOff({ sub }) {
      cutOffs.push(sub)
      return true
    },
  }
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { store, ...options })
  const heard: Revocation[] = []
  verifier.onRevoked((revocation) => void heard.push(revocation))
  return { service, verifier, published, cutOffs, heard, fleet: fleet ?? expect.unreachable() }
}

test('a revocation of the fleet holds until its end', async () => {
  const { verifier, fleet } = setUp({ revocationWindowMs: 1_000 })
  const token = mint()
  fleet.onRevoked(keyOf(token), Date.now() + 24 * hourMs)
  vi.advanceTimersByTime(24 * hourMs - 1)
  expect(await verifier.verifyToken(token)).toEqual(rejected)
  // Ends count in whole seconds.
  vi.advanceTimersByTime(1_001)
  expect(await verifier.verifyToken(token)).toMatchObject({ active: true })
})

test.each([
  ['an end that has passed', -1],
  ['an end that is no number', Number.NaN],
])(
  'a revocation of the fleet with %s holds until no answer from before can be believed',
  async (_what, inMs) => {
    const { verifier, fleet } = setUp({ revocationWindowMs: 24 * hourMs })
    const token = mint()
    fleet.onRevoked(keyOf(token), Date.now() + inMs)
    vi.advanceTimersByTime(24 * hourMs + marginMs - 1)
    expect(await verifier.verifyToken(token)).toEqual(rejected)
    vi.advanceTimersByTime(1_001)
    expect(await verifier.verifyToken(token)).toMatchObject({ active: true })
  },
)

test('a revocation of the fleet whose time has just come is no news', () => {
  const { fleet, heard } = setUp()
  fleet.onRevoked(keyOf(mint()), Date.now())
  expect(heard).toEqual([])
  fleet.onRevoked(keyOf(mint()), Date.now() + 1)
  expect(heard).toHaveLength(1)
})

test('the fleet is told to remember an opaque token for tombstoneMs, and a margin', async () => {
  const { verifier, published } = setUp({ tombstoneMs: hourMs })
  const token = mint()
  await verifier.revoke(token)
  expect(published).toEqual([[keyOf(token), Date.now() + hourMs + marginMs]])
})

test('what the service rejects is told with the user of the last answer, also of a token that is only watched', async () => {
  const { service, verifier, heard } = setUp({ revocationWindowMs: 1_000 })
  const [seen, watched] = [mint(), mintToken({ sub: '8' })]
  await verifier.verifyToken(seen)
  const signals = [verifier.signalFor(seen), verifier.signalFor(watched)]
  for (const token of [seen, watched]) service.dead.add(token)
  vi.advanceTimersByTime(1_000)
  for (const token of [seen, watched]) await verifier.verifyToken(token)
  expect(heard).toEqual([
    { key: keyOf(seen), sub: '42', source: 'service' },
    { key: keyOf(watched), sub: '8', source: 'service' },
  ])
  expect(signals.every(({ aborted }) => aborted)).toBe(true)
})

test('a token that was revoked and is rejected later is told once', async () => {
  const { service, verifier, fleet, heard } = setUp({ revocationWindowMs: 1_000, refusalWindowMs: 0 })
  const token = mint()
  await verifier.verifyToken(token)
  service.held = []
  vi.advanceTimersByTime(1_000)
  service.dead.add(token)
  const verdict = verifier.verifyToken(token)
  await vi.waitFor(() => expect(service.held).toHaveLength(1))
  verifier.signalFor(token)
  fleet.onRevoked(keyOf(token), Date.now() + hourMs)
  service.held[0]?.()
  expect(await verdict).toEqual(rejected)
  expect(heard.map(({ source }) => source)).toEqual(['fleet'])
})

test('revoking the sessions of a user who is called undefined ends no token without a user', async () => {
  const { service, verifier } = setUp()
  const token = mint()
  await verifier.revokeSubject('undefined')
  service.subject = 'another'
  expect(await verifier.verifyToken(mintToken({ sub: 'undefined' }))).toEqual(rejected)
  vi.setSystemTime(Date.now() + 1)
  expect(service.requests).toEqual([])
  expect(verifier.signalFor(token).aborted).toBe(false)
  await verifier.verifyToken(token)
  expect(service.requests).toMatchObject([{ operation: 'verifyToken' }])
})

test('a connection of a token without a user ends at once when the user of its last answer is revoked', async () => {
  const { service, verifier } = setUp()
  service.subject = 'user-of-an-answer'
  const token = mint()
  await verifier.verifyToken(token)
  const signal = verifier.signalFor(token)
  await verifier.revokeSubject('user-of-an-answer')
  expect(signal.aborted).toBe(true)
})

test('a token without a user is dead for connections, too, once its user is known and revoked', async () => {
  const { service, verifier } = setUp()
  service.subject = 'user-of-connections'
  const token = mint()
  await verifier.verifyToken(token)
  await verifier.revokeSubject('user-of-connections')
  expect(verifier.signalFor(token).reason).toMatchObject({ code: 'token_ended', reason: 'revoked' })
})

test('a verifier whose client has no address yet hears of a cut-off, and says nothing', async () => {
  vi.stubEnv('TOKENWARD_ENV', undefined)
  vi.stubEnv('TOKENWARD_BASE_URL', undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
  const early = createTokenVerifier(createAuthClient())
  const heard: Revocation[] = []
  early.onRevoked((revocation) => void heard.push(revocation))
  const { verifier } = setUp()
  await verifier.revokeSubject('user-of-early')
  expect(heard).toEqual([])
})

test('the fleet hears once of a cut-off, be it of the verifier that has the store or of another one here', async () => {
  const { verifier, cutOffs } = setUp()
  await verifier.revokeSubject('user-of-the-store')
  await createTokenVerifier(fakeService().auth).revokeSubject('user-of-another')
  expect(cutOffs).toEqual(['user-of-the-store', 'user-of-another'])
})

test('stats: says whether the verifier hears of the fleet', () => {
  const { verifier, fleet } = setUp()
  expect(verifier.stats().isIsolated).toBe(false)
  fleet.onAttached(false)
  expect(verifier.stats().isIsolated).toBe(true)
  expect(createTokenVerifier(fakeService().auth).stats().isIsolated).toBe(false)
})

test('close: a cut-off that comes later is told to no listener', async () => {
  const { verifier } = setUp()
  const closed = createTokenVerifier(fakeService().auth)
  await closed.close()
  const heard: Revocation[] = []
  closed.onRevoked((revocation) => void heard.push(revocation))
  await verifier.revokeSubject('user-of-closed')
  expect(heard).toEqual([])
})

test('close: what the fleet tells while the store is being closed is told to no listener', async () => {
  const { verifier, fleet, heard } = setUp()
  const closed = verifier.close()
  fleet.onRevoked(keyOf(mint()), Date.now() + hourMs)
  await closed
  expect(heard).toEqual([])
})
