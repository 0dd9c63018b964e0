import { expect, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../src/index.ts'

const origin = 'http://localhost:5173'
const call = async (
  mock: AuthMock,
  { method = 'POST', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Response> => fetch(`${mock.url}/auth/v1/revoke`, { method, headers: { origin, ...headers } })

test('preflight: answers a fixed list of headers, whatever was asked for', async () => {
  await using mock = await startAuthMock()
  const response = await call(mock, {
    method: 'OPTIONS',
    headers: {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'undefined, traceparent',
    },
  })
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-origin')).toBe(origin)
  expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS')
  expect(response.headers.get('access-control-allow-headers')?.split(', ')).toEqual([
    'accept-language',
    'authorization',
    'content-type',
    'x-device-id',
    'x-request-id',
    'x-sdk-version',
    'x-project-id',
  ])
})

test('cors: every answer can be read by the page, errors too', async () => {
  await using mock = await startAuthMock()
  mock.fail({ status: 503, body: 'html', times: 1 })
  for (const status of [503, 401]) {
    const response = await call(mock)
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([status, origin])
    expect(response.headers.get('vary')).toBe('origin')
    expect(response.headers.get('access-control-expose-headers')).toBeNull()
  }
})

test('allowedOrigins: a foreign page is refused in words that it can read, and nothing is revoked', async () => {
  await using mock = await startAuthMock({ clientId: 'my-env', allowedOrigins: ['https://example.com'] })
  const token = mock.issueToken()
  const response = await call(mock, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(403)
  expect(response.headers.get('access-control-allow-origin')).toBe(origin)
  expect(await response.json()).toEqual({
    error: 'permission_denied',
    error_code: 7,
    error_description: 'cors permission denied, please check if localhost:5173 in your client my-env domains',
  })
  expect(mock.tokens()[0]?.state).toBe('active')
})

test('allowedOrigins: a page that is listed and a caller that is no page pass', async () => {
  await using mock = await startAuthMock({ allowedOrigins: [origin] })
  const headers = { authorization: `Bearer ${mock.issueToken()}` }
  expect((await call(mock, { headers })).status).toBe(200)
  expect((await fetch(`${mock.url}/auth/v1/revoke`, { method: 'POST', headers })).status).toBe(200)
})
