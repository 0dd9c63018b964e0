import { expect, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../src/index.ts'
import { exchange, introspect, isActive } from '../bed/call.ts'

const control = async (mock: AuthMock, method: string, path: string, body?: unknown): Promise<unknown> => {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  const response = await fetch(`${mock.url}/__mock/${path}`, init)
  return [response.status, await response.json()]
}

test('control: a token is issued, listed and revoked over HTTP', async () => {
  await using mock = await startAuthMock()
  const options = {
    sub: '42',
    scope: 'user',
    clientId: 'shop',
    expiresIn: 60,
    anonymous: false,
    signed: false,
  }
  const issued = await control(mock, 'POST', 'tokens', options)
  expect(issued).toEqual([200, mock.tokens()[0]])
  expect(issued).toMatchObject([200, { sub: '42', scope: 'user', clientId: 'shop', state: 'active' }])
  expect(await control(mock, 'GET', 'tokens')).toEqual([200, mock.tokens()])
  expect(await control(mock, 'POST', 'revoke', { token: mock.tokens()[0]?.token })).toEqual([200, {}])
  expect(mock.tokens()[0]?.state).toBe('revoked')
})

test('control: a token needs no options', async () => {
  await using mock = await startAuthMock()
  expect(await control(mock, 'POST', 'tokens')).toMatchObject([200, { scope: 'user sso' }])
})

test('control: faults come and go over HTTP', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  const status = async (): Promise<number> => (await introspect(mock, token)).status
  expect(await control(mock, 'POST', 'faults', { status: 503 })).toEqual([200, { id: '1' }])
  await control(mock, 'POST', 'faults', { status: 429 })
  expect(await status()).toBe(503)
  await control(mock, 'DELETE', 'faults/1')
  expect(await status()).toBe(429)
  await control(mock, 'DELETE', 'faults')
  expect(await status()).toBe(200)
})

test('control: the clock is moved over HTTP', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken({ expiresIn: 60 })
  expect(await control(mock, 'POST', 'advance', { ms: 60_000 })).toEqual([200, {}])
  expect(await isActive(mock, token)).toBe(false)
})

test('control: requests are listed as in process, and those to the control paths are not', async () => {
  await using mock = await startAuthMock()
  await introspect(mock, mock.issueToken())
  const [, listed] = (await control(mock, 'GET', 'requests')) as [number, unknown[]]
  expect(listed).toEqual(JSON.parse(JSON.stringify(mock.requests())))
  expect(listed).toHaveLength(1)
})

test('control: everything is forgotten on reset', async () => {
  await using mock = await startAuthMock()
  mock.issueToken()
  expect(await control(mock, 'POST', 'reset')).toEqual([200, {}])
  expect(mock.tokens()).toEqual([])
})

test('control: says where it is and for whom', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  expect(await control(mock, 'GET', 'info')).toEqual([200, { url: mock.url, clientId: 'shop' }])
})

test.each<[method: string, path: string, body: unknown, status: number]>([
  ['POST', 'revoke', {}, 400],
  ['POST', 'revoke', { tokn: 'x' }, 400],
  ['POST', 'faults', { stauts: 503 }, 400],
  ['POST', 'faults', null, 400],
  ['POST', 'tokens', { expiresIn: 'soon' }, 400],
  ['POST', 'tokens', [], 400],
  ['POST', 'tokens', null, 400],
  ['POST', 'advance', { ms: 'x' }, 400],
  ['POST', 'advance', { ms: null }, 400],
  ['PUT', 'tokens', undefined, 404],
  ['GET', 'nothing', undefined, 404],
  ['POST', 'tokens/revoke', {}, 404],
  ['POST', 'tokens/', {}, 404],
  ['GET', 'tokens/alice', undefined, 404],
  ['POST', 'reset/now', undefined, 404],
  ['DELETE', 'faults/1/2', undefined, 404],
  ['DELETE', 'faults/', undefined, 404],
  ['GET', 'constructor', undefined, 404],
  ['POST', 'revoke', { token: 'not-of-this-mock' }, 404],
  ['DELETE', 'faults/1', undefined, 404],
  ['DELETE', 'faults/nonsense', undefined, 404],
  ['POST', 'advance', { ms: -5 }, 400],
  ['POST', 'tokens?count=0', undefined, 400],
  ['POST', 'tokens?count=100001', undefined, 400],
  ['POST', 'tokens?count=2', [{}], 400],
  ['POST', 'tokens?count=2', { token: 'alice' }, 400],
  ['POST', 'tokens', [{ sub: '1' }, { sub: 2 }], 400],
  ['POST', 'rotate-keys', { drop: true }, 400],
])('control: %s %s of %j is refused', async (method, path, body, status) => {
  await using mock = await startAuthMock()
  expect(await control(mock, method, path, body)).toMatchObject([status, {}])
  expect(mock.tokens()).toEqual([])
})

test('control: many tokens are issued in one request, from a list or by a count', async () => {
  await using mock = await startAuthMock()
  const listed = await control(mock, 'POST', 'tokens', [{ sub: '1' }, { sub: '2', scope: 'user' }])
  expect(listed).toEqual([200, mock.tokens()])
  expect(listed).toMatchObject([200, [{ sub: '1' }, { sub: '2' }]])
  await control(mock, 'POST', 'tokens?count=500', { sub: '3', signed: false })
  expect(new Set(mock.tokens().map(({ token }) => token)).size).toBe(502)
})

test('control: faults are listed while they are in force, and one that is used up can still be deleted', async () => {
  await using mock = await startAuthMock()
  await control(mock, 'POST', 'faults', { status: 503, times: 1 })
  await control(mock, 'POST', 'faults', { status: 429 })
  const first = { id: '1', fault: { status: 503, times: 1 }, hits: 0 }
  const second = { id: '2', fault: { status: 429 }, hits: 0 }
  expect(await control(mock, 'GET', 'faults')).toEqual([200, [first, second]])
  await introspect(mock, mock.issueToken())
  expect(await control(mock, 'GET', 'faults')).toEqual([200, [second]])
  expect(await control(mock, 'DELETE', 'faults/1')).toEqual([200, {}])
  await control(mock, 'POST', 'reset')
  expect(await control(mock, 'POST', 'faults', { status: 503 })).toEqual([200, { id: '3' }])
})

test('control: health answers every caller', async () => {
  await using mock = await startAuthMock()
  const text = await exchange(
    mock,
    'GET /__mock/health HTTP/1.1\r\nhost: 10.1.2.3\r\nconnection: close\r\n\r\n',
  )
  expect(text).toMatch(/^HTTP\/1\.1 200 [^]*\{"status":"ok"\}$/)
})

test.each(['auth-mock:4010', 'host.docker.internal', '172.17.0.2:4010', '[fd00::1]:4010', 'mock.test'])(
  'control: a mock for containers can be steered as %s',
  async (host) => {
    await using mock = await startAuthMock({ host: '0.0.0.0' })
    const request = `GET /__mock/info HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`
    expect(await exchange(mock, request)).toMatch(/^HTTP\/1\.1 200 /)
    await using local = await startAuthMock()
    expect(await exchange(local, request)).toMatch(/^HTTP\/1\.1 403 /)
  },
)

test('control: a host name that can be registered does not control a mock for containers', async () => {
  await using mock = await startAuthMock({ host: '0.0.0.0' })
  for (const host of ['evil.example', 'auth-mock.evil.example:4010', '127.0.0.1.evil.example']) {
    const request = `GET /__mock/tokens HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`
    expect(await exchange(mock, request)).toMatch(/^HTTP\/1\.1 403 /)
  }
})

test('allowMint: a page of an allowed origin issues a token, and does nothing else', async () => {
  const origin = 'http://localhost:5173'
  await using mock = await startAuthMock({ allowMint: true, allowedOrigins: [origin] })
  const call = async (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${mock.url}/__mock/${path}`, { method: 'POST', headers: { origin }, ...init })

  const preflight = await call('tokens', { method: 'OPTIONS' })
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin])
  const minted = await call('tokens', { body: '{"sub":"42"}' })
  expect([minted.status, minted.headers.get('access-control-allow-origin')]).toEqual([200, origin])
  expect(await minted.json()).toEqual(mock.tokens()[0])
  const tooMany = [
    call('tokens?count=101', { body: '{}' }),
    call('tokens', { body: JSON.stringify(Array.from({ length: 101 }, () => ({}))) }),
  ]
  for (const response of await Promise.all(tooMany)) expect(response.status).toBe(400)

  const refused = [
    call('tokens', { headers: { origin: 'http://elsewhere' } }),
    call('tokens', { method: 'GET' }),
    call('reset'),
    call('faults', { body: '{"status":503}' }),
  ]
  for (const response of await Promise.all(refused)) {
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null])
  }
  expect(mock.tokens()).toHaveLength(1)
})

test('control: a refusal repeats no value', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  const answers = [
    await control(mock, 'POST', 'faults', { status: token, [token]: 1 }),
    await control(mock, 'POST', 'tokens', { sub: { token } }),
    await control(mock, 'POST', token, { token }),
  ]
  expect(JSON.stringify(answers)).not.toContain(token)
})

test.each([
  'host: 127.0.0.1\r\norigin: http://127.0.0.1',
  'host: 127.0.0.1\r\norigin: null',
  'host: 127.0.0.1\r\nsec-fetch-site: cross-site',
  'host: evil.example',
  'host: localhost.evil.example:4010',
])('control: a page is refused (%s)', async (headers) => {
  await using mock = await startAuthMock()
  mock.issueToken()
  const text = await exchange(mock, `POST /__mock/reset HTTP/1.1\r\n${headers}\r\nconnection: close\r\n\r\n`)
  expect(text).toMatch(/^HTTP\/1\.1 403 [^]*permission_denied/)
  expect(text).not.toContain('access-control-allow-origin')
  expect(mock.tokens()).toHaveLength(1)
})

test('control: a preflight of a page is refused', async () => {
  await using mock = await startAuthMock()
  const response = await fetch(`${mock.url}/__mock/reset`, {
    method: 'OPTIONS',
    headers: { origin: 'http://a' },
  })
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null])
})
