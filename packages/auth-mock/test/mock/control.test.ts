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
  ['GET', 'constructor', undefined, 404],
])('control: %s %s of %j is refused', async (method, path, body, status) => {
  await using mock = await startAuthMock()
  expect(await control(mock, method, path, body)).toMatchObject([status, {}])
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
