import { expect, test } from 'vitest'
import {
  createAuthenticate,
  createTokenVerifier,
  fromCookie,
  type FromCookieOptions,
} from '../../src/index.ts'
import { fakeService, mint } from '../fake-service.ts'
import { readWith } from './read-credentials.ts'

const read = readWith({ readToken: fromCookie('session') })
const token = mint()
const readCookie = (cookie: string): Promise<string> => read({ headers: { cookie } })

test.each([
  [(value: string) => `session=${value}`],
  [(value: string) => `theme=dark;session=${value}`],
  [(value: string) => `theme=dark;  \tsession \t= \t${value} \t; other=1`],
  [(value: string) => `session="${value}"`],
  [(value: string) => `session=; session=${value}`],
  [(value: string) => `Session=other; session=${value}`],
  [(value: string) => `session; xsession=other; session=${value}`],
])('fromCookie: finds the token, as in case %#', async (toHeader) => {
  expect(await readCookie(toHeader(token))).toBe(token)
})

test('fromCookie: decodes what a framework has encoded, and a token may end with equals signs', async () => {
  expect(await readCookie('session=abc%2Bdef%2F%3D%3D')).toBe('abc+def/==')
  expect(await readCookie('session=abc==')).toBe('abc==')
})

test('fromCookie: an empty cookie and a missing one are no credentials', async () => {
  for (const cookie of ['', 'session=', 'session=""', 'session', 'sessions', 'other=1', `SESSION=${token}`])
    expect(await readCookie(cookie)).toBe('401 no_credentials')
  expect(await read({})).toBe('401 no_credentials')
})

test.each(['no token', 'a,b', '%', '%E0%A4%A', '%20', '%0a', '"§', 'x"§"', '"§"x', '"a"b"'])(
  'fromCookie: %j is a malformed token, so that the application signs in anew',
  async (value) => {
    expect(await readCookie(`session=${value.replace('§', token)}`)).toBe('401 malformed')
  },
)

test('fromCookie: reads a header of blanks in one go, whatever its length', async () => {
  const blanks = ' '.repeat(1_000_000)
  expect(await readCookie(`x${blanks}y=1; session=${blanks}${token}${blanks}`)).toBe(token)
})

test('fromCookie: two cookies of one name are two credentials, because a subdomain may have set one of them', async () => {
  expect(await readCookie(`session=${token}; session=${mint()}`)).toBe('400 several_credentials')
  expect(await readCookie(`session=${token}; session=${token}`)).toBe('400 several_credentials')
  // A quotation mark does not reach beyond a semicolon.
  expect(await readCookie(`a="; session=${token}; b="; session=x`)).toBe('400 several_credentials')
})

test.each([
  '\u00a0__Host-session',
  '\u0085__Host-session',
  '__host-session',
  '%5f_Host-session',
  '"__Host-session',
])('fromCookie: %j does not pass for __Host-session, which no subdomain can set', async (name) => {
  const readHost = readWith({ readToken: fromCookie('__Host-session') })
  expect(await readHost({ headers: { cookie: `${name}=${token}` } })).toBe('401 no_credentials')
  expect(await readHost({ headers: { cookie: `__Host-session=${token}` } })).toBe(token)
})

test('fromCookie: a request that brings a bearer token or an access_token in its URL as well is refused', async () => {
  const headers = { cookie: `session=${token}`, authorization: `Bearer ${token}` }
  expect(await read({ headers })).toBe('400 several_credentials')
  expect(await read({ headers: { cookie: headers.cookie }, url: `/?access_token=${token}` })).toBe(
    '400 several_credentials',
  )
  // Of another scheme, such as of a staging server.
  expect(await read({ headers: { ...headers, authorization: 'Basic dXNlcjpwYXNz' } })).toBe(token)
})

test('fromCookie: with optional, only a request without the cookie and without a bearer token comes in without an identity', async () => {
  const readOptional = readWith({ readToken: fromCookie('session'), optional: true })
  expect(await readOptional({})).toBe('none')
  expect(await readOptional({ headers: { authorization: `Bearer ${token}` } })).toBe('401 no_credentials')
  expect(await readOptional({ headers: { cookie: 'session=no token' } })).toBe('401 malformed')
  expect(await readOptional({ method: 'POST', headers: { cookie: `session=${token}` } })).toBe(
    '403 foreign_origin',
  )
})

test.each<[argument: string, name: unknown, options?: unknown]>([
  ['name', ''],
  ['name', undefined],
  ['name', 'my session'],
  ['name', 'session='],
  ['name', 'a;b'],
  ['origin', 'session', { origin: [] }],
  ['options', 'session', ['https://shop.example']],
  ['origins', 'session', { origins: 'https://shop.example' }],
  ['origins', 'session', { origins: ['shop.example'] }],
  ['origins', 'session', { origins: ['https://shop.example/'] }],
  ['origins', 'session', { origins: ['https://shop.example:443'] }],
  ['origins', 'session', { origins: ['https://*.shop.example'] }],
  ['origins', 'session', { origins: ['https://Shop.example'] }],
  ['origins', 'session', { origins: ['https://user@shop.example'] }],
  ['origins', 'session', { origins: ['*'] }],
  ['origins', 'session', { origins: ['null'] }],
  ['origins', 'session', { origins: [undefined] }],
  ['origins', 'session', { origins: [['capacitor://localhost']] }],
  ['origins', 'session', { origins: [' capacitor://localhost'] }],
  ['origins', 'session', { origins: ['capacitor://localhost/'] }],
  ['origins', 'session', { origins: ['http://shop.example:80'] }],
  ['origins', 'session', { origins: ['https://[::1'] }],
])('fromCookie: refuses %s: %j, %j', (argument, name, options) => {
  expect(() => fromCookie(name as string, options as FromCookieOptions)).toThrow(
    expect.objectContaining({ code: 'configuration', argument }),
  )
})

test.each(['https://shop.example', 'http://localhost:5173', 'app2://localhost', 'app+https://localhost'])(
  'fromCookie: %s is an origin as browsers send it',
  (origin) => {
    expect(fromCookie('session', { origins: [origin] }).find).toBeTypeOf('function')
  },
)

test('fromCookie: an origin that cannot be used is shown, with what is expected', () => {
  expect(() => fromCookie('session', { origins: ['https://shop.example/'] })).toThrow(
    'origins has "https://shop.example/"; an origin is written as browsers send it, such as https://shop.example',
  )
})

test.each<[() => unknown, string]>([
  [
    () => fromCookie('session', { origin: [] } as FromCookieOptions),
    'origin is not an option of fromCookie; its options are origins',
  ],
  [
    () => fromCookie('a;b'),
    'name must be the name of a cookie: letters, digits and _ - . without spaces, = or ;',
  ],
  [
    () => fromCookie('session', { origins: 'https://shop.example' as unknown as [] }),
    'origins must be a list of origins; null accepts pages of any origin',
  ],
  [
    () => fromCookie('session').find({ authorization: undefined, url: '/' }),
    'headers must be given with the credentials, because readToken reads them',
  ],
])('fromCookie: says what is expected, as in case %#', (call, message) => {
  expect(call).toThrow(message)
})

test('fromCookie: createAuthenticate without the headers of the request is an error, and lets nothing in', () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const decide = createAuthenticate(verifier, { readToken: fromCookie('session'), optional: true })
  expect(() => decide({ authorization: undefined, url: '/' }, undefined)).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'headers' }),
  )
})
