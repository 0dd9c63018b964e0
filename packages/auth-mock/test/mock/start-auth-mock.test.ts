import { get } from 'node:https'
import { text } from 'node:stream/consumers'
import { createAuthClient } from '@tokenward/auth-core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createCertificate } from '../../src/http/certificate.ts'
import { startAuthMock, type AuthMock, type HttpsOptions } from '../../src/index.ts'
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

test('verifyToken: an expired, a forged and an unknown token are inactive', async () => {
  await using mock = await startAuthMock()
  await using other = await startAuthMock()
  const token = mock.issueToken()
  const forged = `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.alloc(256, 1).toString('base64url')}`
  expect(await isActive(mock, mock.issueToken({ expiresIn: 0 }))).toBe(false)
  expect(await isActive(mock, forged)).toBe(false)
  expect(await isActive(mock, other.issueToken())).toBe(false)
  expect(await isActive(mock, token)).toBe(true)
})

test('verifyToken: a token with the payload of another under its own signature is inactive', async () => {
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

test('issueToken: tokens of your own with the same end are different and end one by one', async () => {
  await using mock = await startAuthMock()
  const end = 'x'.repeat(43)
  const all = [`a${end}`, `b${end}`, end, `c${end}`, mock.issueToken()]
  const own = all.slice(0, 4)
  for (const token of own) mock.issueToken({ token, sub: token.slice(0, 1) })
  expect(() => mock.revoke(`d${end}`)).toThrow('was not issued by this mock')
  for (const dead of own) {
    expect(await isActive(mock, dead)).toBe(true)
    mock.revoke(dead)
    expect(await isActive(mock, dead)).toBe(false)
  }
  expect(mock.tokens().map(({ token, sub }) => [token, sub.slice(0, 1)])).toContainEqual([`b${end}`, 'b'])
  mock.reset()
  expect(mock.tokens()).toEqual([])
  mock.issueToken({ token: end, sub: 'first' })
  mock.issueToken({ token: `a${end}` })
  mock.issueToken({ token: `a${end}`, sub: 'again' })
  expect(mock.tokens().map(({ sub }) => sub)).toEqual(['first', 'again'])
})

test.each<[field: string, user: object]>([
  ['expiresIn', { expiresIn: '60' }],
  ['expiresIn', { expiresIn: Number.NaN }],
  ['sub', { sub: 42 }],
  ['is not an option of', { exp: 60 }],
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
  ['allowedOrigins', { allowedOrigins: [['http://localhost:5173']] }],
  ['is not an option of', { allowedOrigin: ['http://localhost:5173'] }],
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

test.each([Number.NaN, Infinity, '1800000000000', 8.64e15, undefined])(
  'startAuthMock: a clock that returns %j is refused by name',
  async (time) => {
    await expect(startAuthMock({ clock: () => time as number })).rejects.toThrow(
      expect.objectContaining({ argument: 'clock' }),
    )
  },
)

test('clock: one that tells no time any more is named to the test, and to a caller in an answer', async () => {
  let time = 1_800_000_000_000
  await using mock = await startAuthMock({ clock: () => time })
  const token = mock.issueToken()
  time = Number.NaN
  expect(() => mock.issueToken()).toThrow(expect.objectContaining({ argument: 'clock' }))
  const response = await introspect(mock, token)
  expect([response.status, await response.json()]).toEqual([
    500,
    expect.objectContaining({ error_description: expect.stringMatching(/^clock must return .*, not NaN$/) }),
  ])
})

test.each([-5, Number.NaN, Infinity, 1e300, '5'])('advance: %j is refused', async (ms) => {
  await using mock = await startAuthMock({ clock: () => 1_800_000_000_000 })
  expect(() => mock.advance(ms as number)).toThrow(expect.objectContaining({ argument: 'ms' }))
  mock.issueToken({ expiresIn: 1 })
  expect(mock.tokens()[0]?.state).toBe('active')
})

test('revoke: a token that the mock did not issue is an error', async () => {
  await using mock = await startAuthMock()
  await using other = await startAuthMock()
  const token = other.issueToken()
  expect(() => mock.revoke(token)).toThrow(expect.objectContaining({ argument: 'token' }))
  expect(() => mock.revoke(token)).not.toThrow(token)
})

test('issueToken: a string of your own is a token like any other', async () => {
  await using mock = await startAuthMock()
  expect(mock.issueToken({ token: 'alice', sub: '1' })).toBe('alice')
  expect(await (await introspect(mock, 'Bearer alice')).json()).toMatchObject({ sub: '1' })
  mock.revoke('alice')
  expect(await isActive(mock, 'alice')).toBe(false)
  expect(() => mock.issueToken({ token: 'two words' })).toThrow('token must be text without blanks')
})

test.each([{ sub: 'anon' }, { sub: 'service_role' }, { sub: 'service_account', scope: 'server' }])(
  'issueToken: a key or a server is answered as the service does (%j)',
  async (identity) => {
    await using mock = await startAuthMock()
    const response = await introspect(mock, `Bearer ${mock.issueToken(identity)}`)
    expect(await response.json()).toMatchObject(identity)
  },
)

test('startAuthMock: an option in a polluted prototype is not read', async () => {
  Reflect.defineProperty(Object.prototype, 'clientId', { value: 'polluted', configurable: true })
  onTestFinished(() => void Reflect.deleteProperty(Object.prototype, 'clientId'))
  await using mock = await startAuthMock()
  expect(mock.clientId).toBe('mock-env')
})

test('startAuthMock: a refused option names itself, shows the value and says what is expected', async () => {
  await expect(startAuthMock({ port: 70_000 })).rejects.toMatchObject({
    name: 'AuthConfigurationError',
    argument: 'port',
    message: 'port must be a whole number from 0 to 65535, not 70000',
  })
})

test.each<[what: string, https: HttpsOptions | true, host: string]>([
  ['made for this machine', true, 'localhost'],
  ['made for a container', { names: ['auth-mock', '10.0.0.7', 'fd00::1'] }, 'auth-mock'],
  ['given', createCertificate(['given.test']), 'given.test'],
])('https: a certificate that is %s is valid', async (_what, https, servername) => {
  await using mock = await startAuthMock({ https })
  const token = mock.issueToken({ sub: '42' })
  const ca = mock.certificate ?? ''
  expect(mock.url).toMatch(/^https:/)
  const headers = { authorization: `Bearer ${token}` }
  const answer = await new Promise<string>((resolve, reject) => {
    const options = { ca, servername, headers, agent: false } as const
    get(`${mock.url}/auth/v1/token/introspect`, options, (response) => {
      text(response).then(resolve, reject)
    }).on('error', reject)
  })
  expect(JSON.parse(answer)).toMatchObject({ sub: '42' })
})

test('https: a reset breaks the connection within the body, and plain HTTP is refused', async () => {
  await using mock = await startAuthMock({ https: true })
  mock.fail({ transport: 'reset' })
  const broken = new Promise((resolve, reject) => {
    const options = { ca: mock.certificate ?? '', headers: { authorization: 'Bearer x' }, agent: false }
    get(`${mock.url}/auth/v1/token/introspect`, options, (response) => {
      text(response).then(resolve, reject)
    }).on('error', reject)
  })
  await expect(broken).rejects.toThrow('aborted')
  expect(await exchange(mock, 'GET / HTTP/1.1\r\nhost: mock\r\n\r\n')).not.toContain('HTTP/1.1 200')
})

test.each<[what: string, https: object]>([
  ['key without cert', { key: 'x' }],
  ['nothing', {}],
  ['an unknown field', { certificate: 'x' }],
  ['a name that is no text', { names: [7] }],
  ['names and key', { names: ['a'], key: 'x', cert: 'y' }],
])('https: %s is refused', async (_what, https) => {
  await expect(startAuthMock({ https: https as HttpsOptions })).rejects.toMatchObject({
    code: 'configuration',
  })
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

test('reset: a token of the seed that a client has revoked is alive again for the clients as well', async () => {
  await using mock = await startAuthMock({ seed: { tokens: [{ token: 'alice', sub: '42' }] } })
  const auth = createAuthClient({ baseUrl: mock.url })
  const verdict = async (): Promise<boolean> => (await auth.verifyToken('alice')).active
  await auth.revokeToken('alice')
  expect(await verdict()).toBe(false)
  mock.reset()
  expect(await verdict()).toBe(true)
  expect(await createAuthClient({ baseUrl: mock.url }).verifyToken('alice')).toMatchObject({ active: true })
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

test('clock: fake timers that a test installs afterwards move the mock', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken({ expiresIn: 60 })
  const until = Date.now() + 61_000
  vi.useFakeTimers({ toFake: ['Date'], now: until })
  onTestFinished(() => void vi.useRealTimers())
  expect(await isActive(mock, token)).toBe(false)
})
