// The judge of the wire: Prism stands in front of the mock and turns whatever the spec does not allow into its own 500.
import { startPrism, type Prism } from '@tokenward/scripts/test-bed/prism'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../src/index.ts'

let mock: AuthMock
let prism: Prism
beforeAll(async () => {
  mock = await startAuthMock()
  prism = await startPrism({ upstream: mock.url })
})
beforeEach(() => mock.reset())
afterAll(async () => {
  await prism.close()
  await mock.close()
})

const judged = async (path: string, init: RequestInit): Promise<[status: number, body: unknown]> => {
  const response = await fetch(`${prism.url}/auth/v1/${path}`, {
    ...init,
    signal: AbortSignal.timeout(10_000),
  })
  expect(response.headers.get('sl-violations')).toBeNull()
  expect(response.headers.get('content-type')).toBe('application/json')
  return [response.status, await response.json()]
}
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const verify = async (token: string) => judged('token/introspect', bearer(token))

test('verifyToken: the answers to every kind of token are those of the spec', async () => {
  const active = mock.issueToken({ sub: '42', scope: 'user' })
  const revoked = mock.issueToken()
  mock.revoke(revoked)
  const dead = [200, {}]
  expect(await verify(active)).toEqual([
    200,
    { token_type: 'Bearer', client_id: 'mock-env', sub: '42', scope: 'user' },
  ])
  expect(await verify(revoked)).toEqual(dead)
  expect(await verify(mock.issueToken({ expiresIn: 0 }))).toEqual(dead)
  expect(await verify(`${active}x`)).toEqual(dead)
  expect(await verify('garbage')).toMatchObject([400, { error_code: 9 }])
  expect(await judged('token/introspect', {})).toMatchObject([401, { code: 'MISSING_CREDENTIALS' }])
})

test.each<[form: string, init: (token: string) => RequestInit]>([
  ['Bearer alone', bearer],
  ['Bearer and an empty object', (token) => ({ ...bearer(token), body: '{}' })],
  ['text', (token) => ({ body: JSON.stringify({ token }) })],
  ['both', (token) => ({ ...bearer(token), body: JSON.stringify({ token }) })],
])('revokeToken: %s is answered as the spec says', async (_form, init) => {
  const token = mock.issueToken()
  expect(await judged('revoke', { method: 'POST', ...init(token) })).toEqual([200, {}])
  expect(mock.tokens()[0]?.state).toBe('revoked')
})

test('revokeToken: a request that names no token is refused as the spec says', async () => {
  expect(await judged('revoke', { method: 'POST' })).toMatchObject([401, { code: 'MISSING_CREDENTIALS' }])
})

test('getCerts: the public keys are answered as the spec says, to a request without a token', async () => {
  mock.rotateKeys()
  const [status, body] = await judged('certs', {})
  expect([status, (body as { keys: unknown[] }).keys.length]).toEqual([200, 2])
})

// Not 501, which Prism takes for leave to answer by itself.
test.each([400, 401, 402, 403, 404, 408, 409, 423, 429, 451, 500, 502, 503, 504])(
  'fail: status %i has a body that the spec allows',
  async (status) => {
    mock.fail({ status, retryAfter: 1 })
    expect(await verify('x')).toMatchObject([status, {}])
    expect(await judged('revoke', { method: 'POST', ...bearer('x') })).toMatchObject([status, {}])
  },
)

test('cors: the refusal of a foreign origin is one that the spec allows', async () => {
  await using strict = await startAuthMock({ allowedOrigins: [] })
  await using judge = await startPrism({ upstream: strict.url })
  const response = await fetch(`${judge.url}/auth/v1/revoke`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', origin: 'https://example.com' },
  })
  expect([response.status, await response.json()]).toMatchObject([403, { error_code: 7 }])
})

test('judge: an answer that the spec does not allow is noticed', async () => {
  mock.fail({ json: { sub: 42 } })
  const response = await fetch(`${prism.url}/auth/v1/token/introspect`, bearer('x'))
  expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
})
