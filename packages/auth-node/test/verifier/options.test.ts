import { expect, test } from 'vitest'
import type { AuthClient, VerifyTokenOptions } from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, mint } from '../fake-service.ts'

const create = (options: object): unknown => createTokenVerifier(fakeService().auth, options)

const storeRule = 'store must be a RevocationStore, such as createRedisStore makes'
const signatureRule = 'signature must be a TokenSignature, such as serviceKeys makes'

test.each<[options: object, message: string]>([
  [{ onIsolated: 'deny' }, "onIsolated must be 'serve' or 'ask'"],
  [{ onUnavailable: 'allow' }, "onUnavailable must be 'deny' or { serveStaleForMs }"],
  [{ onUnavailable: null }, "onUnavailable must be 'deny' or { serveStaleForMs }"],
  [{ onUnavailable: { serveStaleForMs: 5, forMs: 5 } }, 'forMs is not an option of onUnavailable'],
  [{ now: 5 }, 'now must be a function'],
  [{ now: () => new Date() }, 'now must return milliseconds since the epoch, as a number'],
  [{ now: () => Number.NaN }, 'now must return milliseconds since the epoch, as a number'],
  [{ now: () => '1' }, 'now must return milliseconds since the epoch, as a number'],
  [{ shareRequests: 'false' }, 'shareRequests must be a boolean, not "false"'],
  [{ shareRequests: null }, 'shareRequests must be a boolean, not null'],
  [{ revocationWindowMs: null }, 'revocationWindowMs must be a number from 1 to 86400000, not null'],
  [{ maxTombstones: null }, 'maxTombstones must be a number of at least 1, not null'],
  [{ refusalWindowMs: 86_400_001 }, 'refusalWindowMs must be a number from 0 to 86400000, not 86400001'],
  [{ maxPending: 0 }, 'maxPending must be a number of at least 1, not 0'],
  [{ store: {} }, storeRule],
  [{ store: null }, storeRule],
  [{ signature: {} }, signatureRule],
  [{ signature: null }, signatureRule],
  [{ revocationWindow: 5 }, 'revocationWindow is not an option of createTokenVerifier; its options are '],
])('createTokenVerifier says of %j: %s', (options, message) => {
  expect(() => create(options)).toThrow(message)
})

test.each<[object, object]>([
  [
    { revocationWindowMs: 1, maxEntries: 2, refusalWindowMs: 0, maxRefusals: 2, maxRefusalsPerSecond: 1 },
    { tombstoneMs: 1, maxTombstones: 1, cutOffMs: 1, maxPending: 1, onUnavailable: { serveStaleForMs: 0 } },
  ],
  [
    { revocationWindowMs: 86_400_000, refusalWindowMs: 86_400_000, tombstoneMs: 31_536_000_000 },
    { cutOffMs: 31_536_000_000, onUnavailable: { serveStaleForMs: 31_536_000_000 }, onIsolated: 'ask' },
  ],
])('createTokenVerifier accepts both ends of each range, as in case %#', (some, others) => {
  expect(() => create({ ...some, ...others })).not.toThrow()
})

test('createTokenVerifier says what it is made of', () => {
  expect(() => createTokenVerifier({} as AuthClient)).toThrow(
    'auth must be a client that createAuthClient has made',
  )
})

test.each<[options: object, message: string]>([
  [{ timeout: 5 }, 'timeout is not an option of verifyToken; its options are signal, timeoutMs'],
  [{ signal: new AbortController() }, 'signal must be an AbortSignal, not an object'],
  [{ signal: 'secret' }, 'signal must be an AbortSignal, not a string'],
  [{ signal: { aborted: false } }, 'signal must be an AbortSignal, not an object'],
  [{ signal: new EventTarget() }, 'signal must be an AbortSignal, not an object'],
  [{ timeoutMs: 0 }, 'timeoutMs'],
  [null as unknown as object, 'options of verifyToken must be a plain object, not null'],
  [2_000 as unknown as object, 'options of verifyToken must be a plain object, not 2000'],
])('verifyToken says of %j: %s, also where memory knows the token', async (options, message) => {
  const verifier = createTokenVerifier(fakeService().auth)
  const token = mint()
  await expect(verifier.verifyToken(token, options as VerifyTokenOptions)).rejects.toThrow(message)
  await verifier.verifyToken(token)
  await expect(verifier.verifyToken(token, options as VerifyTokenOptions)).rejects.toThrow(message)
})

test.each<unknown>([null, 2_000, 'secret'])(
  'peekOrVerify refuses options that are no object, such as %j, whether memory knows the token or not',
  async (options) => {
    const verifier = createTokenVerifier(fakeService().auth)
    const token = mint()
    const check = (): unknown => verifier.peekOrVerify(token, options as VerifyTokenOptions)
    expect(check).toThrow('options of verifyToken must be a plain object, not ')
    await verifier.verifyToken(token)
    expect(check).toThrow('options of verifyToken must be a plain object, not ')
  },
)

test('verifyToken: a caller who has left gets the reason of their signal, also where memory knows the token', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const token = mint()
  await verifier.verifyToken(token)
  const reason = new Error('gone')
  await expect(verifier.verifyToken(token, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('signalFor says which options it has', () => {
  const verifier = createTokenVerifier(fakeService().auth)
  expect(() => verifier.signalFor(mint(), { every: 1 } as object)).toThrow(
    'every is not an option of signalFor; its options are checkEveryMs, until',
  )
  expect(() => verifier.signalFor(1 as unknown as string)).toThrow('token must be a string')
})

test.each<[sub: unknown, options: object, message: string]>([
  ['', {}, 'sub must be the user id, a text'],
  // In UTF-8, as Redis holds it, it would be the same as that of another user.
  ['a\uD800', {}, 'sub must be text without half a surrogate pair'],
  ['7', { tokens: ['two words'] }, 'tokens must be a list of bearer tokens'],
  [
    '7',
    { issuedBefore: 1_795_686_000 },
    'issuedBefore must be in milliseconds since the epoch, not in seconds',
  ],
  ['7', { issuedBefore: 1e8 + 1 }, 'issuedBefore must be in milliseconds since the epoch, not in seconds'],
  ['7', { issuedBefore: 1e11 - 1 }, 'issuedBefore must be in milliseconds since the epoch, not in seconds'],
  ['7', { before: 1 }, 'before is not an option of revokeSubject; its options are '],
])('revokeSubject says of %j and %j: %s', async (sub, options, message) => {
  const verifier = createTokenVerifier(fakeService().auth)
  await expect(verifier.revokeSubject(sub as string, options)).rejects.toThrow(message)
})

test.each([0, 1e8, 1e11, 8.64e15])('revokeSubject takes %j for milliseconds', async (issuedBefore) => {
  const verifier = createTokenVerifier(fakeService().auth)
  const options = { issuedBefore, timeoutMs: 5_000, keepalive: false, tokens: [mint()] }
  expect(await verifier.revokeSubject('7', options)).toMatchObject({
    issuedBefore,
    tokens: [{ outcome: 'revoked' }],
  })
})

test('peekOrVerify says which options it has where memory does not know the token', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const verdict = verifier.peekOrVerify(mint(), { timeout: 5 } as VerifyTokenOptions)
  await expect(verdict).rejects.toThrow(
    'timeout is not an option of verifyToken; its options are signal, timeoutMs',
  )
})
