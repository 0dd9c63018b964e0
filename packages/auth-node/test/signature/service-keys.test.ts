import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { forgeToken } from '@tokenward/test-kit/tokens'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import {
  type AuthClient,
  createAuthClient,
  createAuthenticate,
  createTokenVerifier,
} from '../../src/index.ts'
import { serviceKeys, type ServiceKeysOptions } from '../../src/signature.mts'

const forged = { active: false, reason: 'forged' }

let mock: AuthMock
let auth: AuthClient
beforeEach(async () => {
  mock = await startAuthMock({ clientId: 'shop' })
  auth = createAuthClient({ baseUrl: mock.url, clientId: 'shop', maxRetries: 0, timeoutMs: 5_000 })
  return mock.close
})

const createVerifier = (options?: ServiceKeysOptions, maxRefusalsPerSecond = 100) =>
  createTokenVerifier(auth, { signature: serviceKeys(auth, options), maxRefusalsPerSecond })

/** How often the mock was asked for each operation. */
function countRequests(operation: string): number {
  return mock.requests().filter((request) => request.operation === operation).length
}

test('a signed token is still asked about, and a made-up one is refused without a request', async () => {
  const verifier = createVerifier()
  const token = mock.issueToken({ sub: '42' })
  expect(await verifier.verifyToken(token)).toMatchObject({ active: true, sub: '42' })
  const [header = '', payload = ''] = token.split('.')
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
  const hmac = Buffer.from('{"alg":"HS256","kid":"x"}').toString('base64url')
  for (const bad of [
    forgeToken(token),
    'made-up',
    'a.b.c',
    `${header}.${payload}.`,
    `${unsigned}.${payload}.x`,
    `${hmac}.${payload}.x`,
  ])
    expect(await verifier.verifyToken(bad)).toEqual(forged)
  expect(countRequests('verifyToken')).toBe(1)
  expect(countRequests('getCerts')).toBe(1)
  mock.revoke(token)
  expect(await createVerifier().verifyToken(token)).toEqual({ active: false, reason: 'rejected' })
})

test('a thousand made-up tokens at once fail no new user, and do not reach the service', async () => {
  const verifier = createVerifier({}, 1)
  const known = mock.issueToken()
  const junk = Array.from({ length: 1_000 }, () => forgeToken(known))
  const users = Array.from({ length: 20 }, () => mock.issueToken())
  const verdicts = Promise.all(junk.map((token) => verifier.verifyToken(token)))
  const people = await Promise.all(users.map((token) => verifier.verifyToken(token)))
  expect(people.every(({ active }) => active)).toBe(true)
  expect(new Set((await verdicts).map((verdict) => !verdict.active && verdict.reason))).toEqual(
    new Set(['forged']),
  )
  expect(countRequests('verifyToken')).toBe(20)
})

test('a token of another environment is refused, unless any is accepted explicitly', async () => {
  const token = mock.issueToken({ clientId: 'other' })
  expect(await createVerifier().verifyToken(token)).toEqual(forged)
  expect(await createVerifier({ audience: ['shop', 'other'] }).verifyToken(token)).toMatchObject({
    active: true,
  })
  expect(await createVerifier({ audience: null }).verifyToken(token)).toMatchObject({ active: true })
})

test('iss is looked at only where an issuer is given', async () => {
  const token = mock.issueToken()
  expect(await createVerifier({ issuer: 'https://other.example' }).verifyToken(token)).toEqual(forged)
  const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    iss: string
  }
  expect(await createVerifier({ issuer: iss }).verifyToken(token)).toMatchObject({ active: true })
})

test('rotated keys: a token of a new key is asked about, and the keys are fetched at most once in 30 seconds', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const verifier = createVerifier()
  await verifier.verifyToken(mock.issueToken())
  mock.rotateKeys()
  // Too soon for the keys: the service decides.
  for (let count = 0; count < 5; count += 1)
    expect(await verifier.verifyToken(mock.issueToken())).toMatchObject({ active: true })
  expect(countRequests('getCerts')).toBe(1)
  vi.advanceTimersByTime(30_000)
  const token = mock.issueToken()
  expect(await verifier.verifyToken(token)).toMatchObject({ active: true })
  expect(countRequests('getCerts')).toBe(2)
  expect(await verifier.verifyToken(forgeToken(token))).toEqual(forged)
  // Now a key is known to be missing, until the next 30 seconds are over.
  vi.advanceTimersByTime(30_000)
  mock.rotateKeys({ dropOld: true })
  expect(await verifier.verifyToken(forgeToken(mock.issueToken()))).toEqual(forged)
  expect(countRequests('getCerts')).toBe(3)
})

test('keys that the service shows only after it has signed with them: a token of a new key is asked about', async () => {
  const answer: unknown = await fetch(`${mock.url}/auth/v1/certs`).then((response) => response.json())
  mock.rotateKeys()
  mock.fail({ operation: 'getCerts', status: 200, json: answer })
  expect(await createVerifier().verifyToken(mock.issueToken())).toMatchObject({ active: true })
})

test('an outage of the keys is no verdict: the service is asked as without them', async () => {
  mock.fail({ operation: 'getCerts', status: 503 })
  const verifier = createVerifier()
  const token = mock.issueToken({ sub: '42' })
  expect(await verifier.verifyToken(token)).toMatchObject({ active: true, sub: '42' })
  expect(await verifier.verifyToken(forgeToken(token))).toEqual({ active: false, reason: 'rejected' })
  expect(countRequests('getCerts')).toBe(1)
})

test.each([{}, { keys: 5 }, { keys: [null, { kty: 'RSA', kid: 'x' }] }])(
  'an answer without usable keys, such as %j, is an outage of the keys',
  async (json) => {
    mock.fail({ operation: 'getCerts', status: 200, json })
    const verifier = createVerifier()
    expect(await verifier.verifyToken(mock.issueToken())).toMatchObject({ active: true })
  },
)

test('a guard answers 401 to a made-up token, and tells the operator that it is forged', async () => {
  const reasons: string[] = []
  const decide = createAuthenticate(createVerifier(), {
    onChallenge({ reason }) {
      reasons.push(reason)
      return {}
    },
  })
  const { refusal } = await decide({ authorization: 'Bearer made-up', url: '/' }, undefined)
  expect(refusal?.status).toBe(401)
  expect(refusal?.body).not.toContain('forged')
  expect(reasons).toEqual(['forged'])
})

test.each<[string, object]>([
  ['issuer', { issuer: '' }],
  ['iss', { iss: 'https://shop.example' }],
  ['audience', { audience: [] }],
  ['audience', { audience: '' }],
  ['audience', { audience: ['shop', ''] }],
  ['audience', { audience: 42 }],
])('serviceKeys refuses an unusable or unknown %s by name', (argument, options) => {
  expect(() => serviceKeys(auth, options)).toThrow(
    expect.objectContaining({ code: 'configuration', argument }),
  )
})

test.each<unknown>([undefined, null, {}, 'shop'])(
  'serviceKeys: %j in place of a client is refused at once',
  (given) => {
    expect(() => serviceKeys(given as AuthClient)).toThrow(
      expect.objectContaining({ code: 'configuration', argument: 'auth' }),
    )
  },
)

test('serviceKeys: a verifier in place of a client is refused at once', () => {
  expect(() => serviceKeys(createTokenVerifier(auth) as unknown as AuthClient)).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'auth' }),
  )
})

test('serviceKeys: a build needs no variables, as for clients and verifiers', () => {
  const later = createAuthClient()
  expect(createTokenVerifier(later, { signature: serviceKeys(later) })).toHaveProperty('verifyToken')
})
