import { expect, test } from 'vitest'
import { fromCookie, type FromCookieOptions } from '../../src/index.ts'
import { mint } from '../fake-service.ts'
import { readWith } from './read-credentials.ts'

const token = mint()

/** Whether the cookie of a request counts. */
async function isAccepted(
  method: string,
  headers: Readonly<Record<string, string>>,
  options?: FromCookieOptions,
  name = 'session',
): Promise<boolean> {
  const found = await readWith({ readToken: fromCookie(name, options) })({
    method,
    headers: { host: 'shop.example', ...headers, cookie: `${name}=${token}` },
  })
  expect(found).toBeOneOf([token, '403 foreign_origin'])
  return found === token
}

test.each(['GET', 'HEAD', 'OPTIONS'])('%s needs no origin, because it changes nothing', async (method) => {
  for (const headers of [{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
    expect(await isAccepted(method, headers)).toBe(true)
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT', 'get', 'QUERY', ''])(
  '%j needs the own origin',
  async (method) => {
    expect(await isAccepted(method, { origin: 'https://shop.example' })).toBe(true)
    expect(await isAccepted(method, { origin: 'https://evil.example' })).toBe(false)
    expect(await isAccepted(method, {})).toBe(false)
  },
)

test('a GET that opens a WebSocket needs the own origin, in any capitals', async () => {
  for (const upgrade of ['websocket', 'WebSocket', 'h2c, websocket']) {
    expect(await isAccepted('GET', { upgrade, origin: 'https://shop.example' })).toBe(true)
    expect(await isAccepted('GET', { upgrade, origin: 'https://evil.example' })).toBe(false)
  }
})

test.each(['sec-websocket-version', 'sec-websocket-key'])(
  'a GET that opens a WebSocket is known by %s, where a proxy has taken Upgrade away',
  async (name) => {
    expect(await isAccepted('GET', { [name]: '13', origin: 'https://shop.example' })).toBe(true)
    expect(await isAccepted('GET', { [name]: '13', origin: 'https://evil.example' })).toBe(false)
  },
)

test.each([
  ['same-origin', true],
  ['none', true],
  ['same-site', false],
  ['cross-site', false],
  ['same-origin, cross-site', false],
  ['', false],
])('Sec-Fetch-Site: %j decides before Origin', async (site, isOwn) => {
  for (const origin of ['https://shop.example', 'https://evil.example', 'null'])
    expect(await isAccepted('POST', { 'sec-fetch-site': site, origin })).toBe(isOwn)
  expect(await isAccepted('POST', { 'sec-fetch-site': site })).toBe(isOwn)
})

test.each([
  ['https://shop.example', 'shop.example', true],
  ['https://shop.example', 'shop.example:443', true],
  ['https://shop.example', 'SHOP.example', true],
  ['http://shop.example', 'shop.example:80', true],
  ['http://localhost:3000', 'localhost:3000', true],
  ['http://[::1]:3000', '[::1]:3000', true],
  ['https://shop.example', 'shop.example:8443', false],
  ['http://localhost:5173', 'localhost:3000', false],
  ['https://shop.example:80', 'shop.example', false],
  ['https://evil.example', 'shop.example', false],
  ['https://www.shop.example', 'shop.example', false],
  ['https://shop.example.evil.example', 'shop.example', false],
  ['https://shop.example@evil.example', 'shop.example', false],
  ['https://shop.example, https://evil.example', 'shop.example', false],
  ['null', 'shop.example', false],
  ['', 'shop.example', false],
  ['shop.example', 'shop.example', false],
  ['capacitor://shop.example', 'shop.example', false],
  ['https://shop.example', 'evil@shop.example', false],
  ['https://shop.example', '', false],
  ['https://shop.example', '[:', false],
  ['https://shop.example', 'shop.example/evil', false],
])('Origin %j is compared with Host %j: %s', async (origin, host, isOwn) => {
  expect(await isAccepted('POST', { origin, host })).toBe(isOwn)
})

test('X-Forwarded-Host is not believed: a proxy that changes Host needs the origin in origins', async () => {
  const headers = {
    origin: 'https://shop.example',
    host: 'internal:3000',
    'x-forwarded-host': 'shop.example',
  }
  expect(await isAccepted('POST', headers)).toBe(false)
  expect(await isAccepted('POST', headers, { origins: ['https://shop.example'] })).toBe(true)
})

test('origins: other pages may send the cookie, exactly as they are listed, and null accepts all', async () => {
  const options = { origins: ['https://app.shop.example', 'capacitor://localhost'] }
  const site = { 'sec-fetch-site': 'same-site' }
  expect(await isAccepted('POST', { ...site, origin: 'https://app.shop.example' }, options)).toBe(true)
  expect(await isAccepted('POST', { origin: 'capacitor://localhost' }, options)).toBe(true)
  expect(await isAccepted('POST', { ...site, origin: 'http://app.shop.example' }, options)).toBe(false)
  expect(await isAccepted('POST', { ...site, origin: 'https://app.shop.example:8443' }, options)).toBe(false)
  expect(await isAccepted('POST', { ...site, origin: 'null' }, options)).toBe(false)
  expect(await isAccepted('POST', { origin: 'null' }, { origins: null })).toBe(true)
  expect(await isAccepted('POST', {}, { origins: null })).toBe(true)
})

test('a cookie with __Host- or __Secure- was set over HTTPS, so that a page over HTTP is another origin', async () => {
  for (const name of ['__Host-session', '__Secure-session']) {
    expect(await isAccepted('POST', { origin: 'https://shop.example' }, {}, name)).toBe(true)
    expect(await isAccepted('POST', { origin: 'http://shop.example' }, {}, name)).toBe(false)
    const local = { origin: 'http://localhost:3000', host: 'localhost:3000' }
    expect(await isAccepted('POST', local, {}, name)).toBe(true)
  }
})

test.each([
  ['http://localhost:3000', true],
  ['http://app.localhost', true],
  ['http://127.0.0.1:3000', true],
  ['http://[::1]', true],
  ['http://xlocalhost', false],
  ['http://localhost.evil.example', false],
  ['http://127.evil.example', false],
  ['http://127.0.0.1.evil.example', false],
])('a cookie with __Host-: %s is a page of this machine: %s', async (origin, isLocal) => {
  const { host } = new URL(origin)
  expect(await isAccepted('POST', { origin, host }, {}, '__Host-session')).toBe(isLocal)
})

test('a cookie whose name only contains __Host- may have been set over HTTP', async () => {
  expect(await isAccepted('POST', { origin: 'http://shop.example' }, {}, 'my__Host-session')).toBe(true)
})

test.each<[origin: string, url: string | undefined, isOwn: boolean]>([
  ['https://shop.example', 'https://shop.example/me', true],
  ['http://shop.example', 'http://shop.example?page=2', true],
  ['https://shop.example', '/me', false],
  ['https://shop.example', '/?next=https://shop.example/', false],
  ['https://undefined', '/me', false],
  ['https://shop.example', undefined, false],
])('without a Host header, Origin %s is compared with the URL %s: %s', (origin, url, isOwn) => {
  const headers = new Headers({ cookie: `session=${token}`, origin })
  const found = fromCookie('session').find({ authorization: undefined, method: 'POST', url, headers })
  expect(found).toEqual(isOwn ? { token } : { fault: 'foreign' })
})

test('the host is that of HTTP/2, or of the URL of a Request that has no Host header', () => {
  const { find } = fromCookie('session')
  const cookie = `session=${token}`
  const origin = 'https://shop.example'
  const found = { token }
  const shared = { authorization: undefined, method: 'POST' }
  const http2 = { ':authority': 'shop.example', cookie, origin }
  expect(find({ ...shared, url: '/', headers: http2 })).toEqual(found)
  expect(find({ ...shared, url: '/', headers: { ...http2, ':authority': 'evil.example' } })).toEqual({
    fault: 'foreign',
  })
  const headers = new Headers({ cookie, origin })
  expect(find({ ...shared, url: 'https://shop.example/me', headers })).toEqual(found)
  expect(find({ ...shared, url: 'https://other.example/me', headers })).toEqual({ fault: 'foreign' })
  headers.set('host', 'other.example')
  expect(find({ ...shared, url: 'https://shop.example/me', headers })).toEqual({ fault: 'foreign' })
})
