import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RevocationStore, SignatureVerdict } from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, mint } from '../fake-service.ts'

// In whole seconds, as tokens name their end.
const start = 1_800_000_000_000
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: start }))
afterEach(() => void vi.useRealTimers())

test('a token is called expired once the tolerance of the client has passed as well', async () => {
  const service = fakeService()
  const { clockToleranceMs } = service.auth
  const verifier = createTokenVerifier(service.auth)
  expect(clockToleranceMs).toBeGreaterThan(0)
  const token = mint(start / 1_000)
  vi.advanceTimersByTime(clockToleranceMs - 1)
  expect(await verifier.verifyToken(token)).toMatchObject({ active: true })
  expect(verifier.signalFor(token).aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect(await verifier.verifyToken(token)).toEqual({ active: false, reason: 'expired' })
  expect(verifier.signalFor(token).reason).toMatchObject({ reason: 'expired' })
})

test('signature: a made-up token is refused without a request, and one that was active is not looked at again', async () => {
  const service = fakeService()
  const check = vi.fn<(token: string) => Promise<SignatureVerdict>>(async () => 'unknown')
  const verifier = createTokenVerifier(service.auth, { signature: { check }, revocationWindowMs: 1_000 })
  const [token, madeUp] = [mint(), mint()]
  for (let round = 0; round < 3; round += 1) {
    expect(await verifier.verifyToken(token)).toMatchObject({ active: true })
    vi.advanceTimersByTime(1_000)
  }
  expect(check.mock.calls).toEqual([[token]])
  check.mockResolvedValue('forged')
  expect(await verifier.verifyToken(madeUp)).toEqual({ active: false, reason: 'forged' })
  expect(service.requests).toHaveLength(3)
  expect(verifier.stats()).toMatchObject({ refused: 1 })
})

test('signature: a caller who leaves while the signature is checked is answered at once', async () => {
  const service = fakeService()
  const check = vi.fn<(token: string) => Promise<SignatureVerdict>>(() => new Promise(() => undefined))
  const verifier = createTokenVerifier(service.auth, { signature: { check } })
  const caller = new AbortController()
  const left = verifier.verifyToken(mint(), { signal: caller.signal })
  const late = verifier.verifyToken(mint(), { timeoutMs: 100 })
  const outcomes = Promise.allSettled([left, late])
  caller.abort('gone')
  vi.advanceTimersByTime(100)
  expect(await outcomes).toMatchObject([{ reason: 'gone' }, { reason: { code: 'timeout', timeoutMs: 100 } }])
  expect(service.requests).toEqual([])
})

test('signature: checks of one token at the same time share the look at it', async () => {
  const service = fakeService()
  const check = vi.fn<(token: string) => Promise<SignatureVerdict>>(async () => 'genuine')
  const verifier = createTokenVerifier(service.auth, { signature: { check } })
  const token = mint()
  const verdicts = await Promise.all([1, 2, 3].map(() => verifier.verifyToken(token)))
  expect(verdicts).toMatchObject([{ active: true }, { active: true }, { active: true }])
  expect(check).toHaveBeenCalledOnce()
})

test("onIsolated: 'ask' asks memory as long as there is no store to be cut off from", async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth, { onIsolated: 'ask' })
  const token = mint()
  const verdict = await verifier.verifyToken(token)
  expect(verifier.peek(token)).toBe(verdict)
  expect(verifier.stats()).toMatchObject({ isIsolated: false, hit: 1 })
})

test.each([
  ['serve', 1],
  ['ask', 3],
] as const)(
  'onIsolated: %j makes %i requests for three checks while the store is away',
  async (onIsolated, count) => {
    const service = fakeService()
    let attach = (_isAttached: boolean): void => undefined
    const store: RevocationStore = {
      subscribe({ onAttached }) {
        attach = onAttached
        onAttached(true)
        return async () => undefined
      },
      publish: async () => true,
    }
    const verifier = createTokenVerifier(service.auth, { store, onIsolated })
    const token = mint()
    expect(await verifier.verifyToken(token)).not.toHaveProperty('isolated')
    expect(verifier.peek(token)).not.toHaveProperty('isolated')
    attach(false)
    for (let check = 0; check < 2; check += 1)
      expect(await verifier.verifyToken(token)).toMatchObject({ active: true, isolated: true })
    expect(service.requests).toHaveLength(count)
  },
)

test.each([32, 48, 256])(
  'a JWT whose signature of %i bytes is spelt in another way is malformed: no revocation would be known of it',
  async (bytes) => {
    const service = fakeService()
    const verifier = createTokenVerifier(service.auth)
    const unsigned = mint().split('.', 2).join('.')
    const signature = randomBytes(bytes).toString('base64url')
    expect(await verifier.verifyToken(`${unsigned}.${signature}`)).toMatchObject({ active: true })
    const others = [
      ...['A', 'B', '=', '==', '+', '/', '~'].map((end) => signature + end),
      ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', (last) =>
        signature.slice(0, -1).concat(last),
      ),
    ]
    // Those that a lenient decoder reads the same from; of the rest, it is for the service to say.
    const same = others.filter(
      (other) => other !== signature && readLeniently(other).equals(readLeniently(signature)),
    )
    expect(same.length).toBeGreaterThan(2)
    for (const other of same) {
      expect(await verifier.verifyToken(`${unsigned}.${other}`)).toEqual({
        active: false,
        reason: 'malformed',
      })
      expect(verifier.signalFor(`${unsigned}.${other}`).reason).toMatchObject({ reason: 'malformed' })
    }
    expect(service.requests).toHaveLength(1)
  },
)

/** As Node decodes base64, with either alphabet and whatever stands beside it. */
const readLeniently = (text: string): Buffer => Buffer.from(text, 'base64')

test('a made-up token that only begins as a JWT is for the service to judge', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  expect(await verifier.verifyToken('eyJhbGciOiJub25lIn0.e30.signed')).toMatchObject({ active: true })
  expect(await verifier.verifyToken(`opaque.${'x'.repeat(50)}=`)).toMatchObject({ active: true })
})
