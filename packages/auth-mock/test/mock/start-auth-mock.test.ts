import { expect, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../src/index.ts'
import { exchange } from '../bed/call.ts'

const introspect = async (mock: AuthMock, authorization?: string): Promise<Response> =>
  fetch(`${mock.url}/auth/v1/token/introspect`, { headers: authorization ? { authorization } : {} })

const isActive = async (mock: AuthMock, token: string): Promise<boolean> => {
  const response = await introspect(mock, `Bearer ${token}`)
  expect(response.status).toBe(200)
  return (await response.text()) !== '{}'
}

test('verifyToken: an issued token is active, with its claims', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const token = mock.issueToken({ sub: '42', scope: 'user' })
  const response = await introspect(mock, `Bearer ${token}`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
  expect(await response.json()).toEqual({ token_type: 'Bearer', client_id: 'shop', sub: '42', scope: 'user' })
})

test('verifyToken: an expired, a forged and an unknown token are nobody', async () => {
  await using mock = await startAuthMock()
  await using other = await startAuthMock()
  const token = mock.issueToken()
  const forged = `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.alloc(256, 1).toString('base64url')}`
  expect(await isActive(mock, mock.issueToken({ expiresIn: 0 }))).toBe(false)
  expect(await isActive(mock, forged)).toBe(false)
  expect(await isActive(mock, other.issueToken())).toBe(false)
  expect(await isActive(mock, token)).toBe(true)
})

test('verifyToken: a token with the payload of another under its own signature is nobody', async () => {
  await using mock = await startAuthMock()
  const [header, , signature] = mock.issueToken().split('.')
  const [, payload] = mock.issueToken().split('.')
  expect(await isActive(mock, `${header}.${payload}.${signature}`)).toBe(false)
})

test.each(['garbage', 'a.b.c', 'e30.e30', 'W10.e30.x'])('verifyToken: %s is malformed', async (token) => {
  await using mock = await startAuthMock()
  const response = await introspect(mock, `Bearer ${token}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({
    error: 'failed_precondition',
    error_code: 9,
    error_description: 'the token is malformed',
  })
})

test.each(['verifyToken', 'revokeToken'])(
  '%s: a request without credentials is refused as the gateway does',
  async (operation) => {
    await using mock = await startAuthMock()
    const response =
      operation === 'verifyToken'
        ? await introspect(mock)
        : await fetch(`${mock.url}/auth/v1/revoke`, { method: 'POST' })
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({
      code: 'MISSING_CREDENTIALS',
      message: 'credentials are missing',
      requestId: response.headers.get('x-request-id'),
    })
  },
)

test.each<[form: string, init: (token: string) => RequestInit]>([
  ['Bearer without a body', (token) => ({ headers: { authorization: `Bearer ${token}` } })],
  ['Bearer and {}', (token) => ({ headers: { authorization: `Bearer ${token}` }, body: '{}' })],
  ['Bearer and null', (token) => ({ headers: { authorization: `Bearer ${token}` }, body: 'null' })],
  [
    'Bearer and a refresh token',
    (token) => ({
      headers: { authorization: `bearer ${token}` },
      body: JSON.stringify({ refresh_token: 'r' }),
    }),
  ],
  ['the token in a body of text', (token) => ({ body: JSON.stringify({ token }) })],
  [
    'the token in a JSON body',
    (token) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) }),
  ],
])('revokeToken: %s ends the token, again and again', async (_form, init) => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  const bystander = mock.issueToken()
  for (let round = 0; round < 2; round += 1) {
    const response = await fetch(`${mock.url}/auth/v1/revoke?client_id=mock-env`, {
      method: 'POST',
      ...init(token),
    })
    expect([response.status, await response.json()]).toEqual([200, {}])
  }
  expect(await isActive(mock, token)).toBe(false)
  expect(await isActive(mock, bystander)).toBe(true)
})

test('issueToken: two tokens of one user in one second are different and end one by one', async () => {
  await using mock = await startAuthMock({ clock: () => 1_800_000_000_000 })
  const [first, second] = [mock.issueToken({ sub: '7' }), mock.issueToken({ sub: '7' })]
  mock.revoke(first)
  expect(mock.tokens().map(({ token, state }) => [token, state])).toEqual([
    [first, 'revoked'],
    [second, 'active'],
  ])
})

test.each<[field: string, user: object]>([
  ['expiresIn', { expiresIn: '60' }],
  ['expiresIn', { expiresIn: Number.NaN }],
  ['sub', { sub: 42 }],
  ['no fields but', { exp: 60 }],
])('issueToken: refuses a wrong %s', async (field, user) => {
  await using mock = await startAuthMock()
  expect(() => mock.issueToken(user)).toThrow(field)
  expect(mock.tokens()).toEqual([])
})

test.each<[field: string, options: object]>([
  ['port', { port: 65_536 }],
  ['clientId', { clientId: '' }],
  ['clock', { clock: 0 }],
  ['allowedOrigins', { allowedOrigins: 'http://localhost:5173' }],
  ['allowedOrigins', { allowedOrigins: ['http://localhost:5173/'] }],
  ['allowedOrigins', { allowedOrigins: ['localhost:5173'] }],
  ['no fields but', { allowedOrigin: ['http://localhost:5173'] }],
])('startAuthMock: refuses a wrong %s instead of letting every page in', async (field, options) => {
  await expect(startAuthMock(options)).rejects.toThrow(field)
})

test('advance: a token expires when the clock reaches its end', async () => {
  await using mock = await startAuthMock({ clock: () => 1_800_000_000_000 })
  const token = mock.issueToken({ expiresIn: 60 })
  mock.advance(59_999)
  expect(await isActive(mock, token)).toBe(true)
  mock.advance(1)
  expect(await isActive(mock, token)).toBe(false)
})

test('fail: the status is answered as often as told, then the operation is well again', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  mock.fail({ operation: 'verifyToken', status: 503, times: 2 })
  const statuses = []
  for (let round = 0; round < 3; round += 1) statuses.push((await introspect(mock, `Bearer ${token}`)).status)
  expect(statuses).toEqual([503, 503, 200])
})

test('requests: what arrived is listed without the token', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  await introspect(mock, `Bearer ${token}`)
  await fetch(`${mock.url}/auth/v1/revoke?token=${token}`, {
    method: 'POST',
    body: JSON.stringify({ token }),
  })
  expect(mock.requests().map(({ operation, status }) => [operation, status])).toEqual([
    ['verifyToken', 200],
    ['revokeToken', 200],
  ])
  expect(mock.requests()[0]?.headers['authorization']).toBe('Bearer [redacted]')
  expect(mock.requests()[1]?.body).toEqual({ token: '[redacted]' })
  expect(JSON.stringify(mock.requests())).not.toContain(token)
})

test('requests: of more than ten thousand the oldest are dropped', async () => {
  await using mock = await startAuthMock()
  const paths = Array.from({ length: 10_002 }, (_, index) => `/${index}`)
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: mock\r\n\r\n`)
  await exchange(mock, `${requests.join('')}GET /last HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n`)
  expect(mock.requests().map(({ path }) => path)).toEqual([...paths.slice(3), '/last'])
})

test('reset: tokens, requests, faults and the clock are as at the start', async () => {
  await using mock = await startAuthMock({ clock: () => 1_800_000_000_000 })
  const token = mock.issueToken()
  mock.advance(5000)
  mock.fail({ status: 500 })
  await introspect(mock, `Bearer ${token}`)
  mock.reset()
  expect([mock.tokens(), mock.requests()]).toEqual([[], []])
  expect(await isActive(mock, token)).toBe(false)
  mock.issueToken({ expiresIn: 1 })
  expect(mock.tokens()[0]?.expiresAt).toBe(1_800_000_001_000)
})
