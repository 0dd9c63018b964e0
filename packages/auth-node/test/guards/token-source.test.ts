import { expect, onTestFinished, test } from 'vitest'
import {
  createAuthenticate,
  createTokenVerifier,
  fromCookie,
  fromHeader,
  fromWebSocketProtocol,
  type GuardOptions,
} from '../../src/index.ts'
import { fakeService, mint } from '../fake-service.ts'
import { readWith } from './read-credentials.ts'

const token = mint()
const bearer = { authorization: `Bearer ${token}` }

test('readToken: a list reads each of its places, and two tokens are refused', async () => {
  const read = readWith({ readToken: [fromCookie('session'), fromHeader('Authorization')] })
  const cookie = `session=${token}`
  expect(await read({ headers: bearer })).toBe(token)
  expect(await read({ headers: { cookie } })).toBe(token)
  expect(await read({ headers: { cookie, ...bearer } })).toBe('400 several_credentials')
  expect(await read({ headers: { cookie, authorization: 'Basic x' } })).toBe(token)
  expect(await read({ headers: { authorization: 'Basic x' } })).toBe('401 no_credentials')
  expect(await read({ method: 'POST', headers: bearer })).toBe(token)
  expect(await read({ url: `/?access_token=${token}`, headers: bearer })).toBe('400 several_credentials')
  expect(await read({ url: `/?access_token=${token}` })).toBe('401 no_credentials')
})

test('readToken: a function reads the request of the framework, at once or later', async () => {
  for (const read of [
    readWith({ readToken: (request) => request.headers?.['x-token'] }),
    readWith({ readToken: async (request) => request.headers?.['x-token'] ?? null }),
    readWith({ readToken: [fromCookie('session'), async (request) => request.headers?.['x-token']] }),
  ]) {
    expect(await read({ headers: { 'x-token': token } })).toBe(token)
    expect(await read({ headers: { 'x-token': '' } })).toBe('401 no_credentials')
    expect(await read({})).toBe('401 no_credentials')
    expect(await read({ headers: { 'x-token': `${token} ${token}` } })).toBe('400 incomplete_credentials')
    expect(await read({ headers: { 'x-token': token, ...bearer } })).toBe('400 several_credentials')
    expect(await read({ headers: bearer })).toBe('401 no_credentials')
  }
})

test('readToken: a function that reads the query lets no token in from there', async () => {
  const read = readWith({ readToken: ({ url }) => url?.split('access_token=')[1] })
  expect(await read({ url: `/?access_token=${token}` })).toBe('400 several_credentials')
})

test.each<[name: string, readToken: () => unknown, thrown: object]>([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
    { message: 'broken' },
  ],
  [
    'throws nothing',
    () => {
      throw undefined
    },
    { message: 'the request could not be decided' },
  ],
  ['rejects', () => Promise.reject(undefined), { message: 'the request could not be decided' }],
  ['returns an object', () => ({ token }), { code: 'configuration', argument: 'readToken' }],
  ['resolves to a list', async () => [token], { code: 'configuration', argument: 'readToken' }],
])('readToken: a function that %s is an error, without the token in it', async (_name, readToken, thrown) => {
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth), {
    readToken: readToken as () => string,
    optional: true,
  })
  const decision = (async () => decide({ authorization: undefined, url: '/' }, undefined))()
  await expect(decision).rejects.toMatchObject(thrown)
  await expect(decision).rejects.not.toThrow(token)
})

test.each<[unknown]>([['session'], [{}], [null], [[]], [[undefined]], [{ find: 'session' }]])(
  'readToken: %j is refused, with what is expected',
  (readToken) => {
    const options = { readToken } as GuardOptions
    expect(() => createAuthenticate(createTokenVerifier(fakeService().auth), options)).toThrow(
      expect.objectContaining({ code: 'configuration', argument: 'readToken' }),
    )
  },
)

test('fromHeader: the token stands alone or behind Bearer, in any capitals of the name', async () => {
  const read = readWith({ readToken: fromHeader('X-Access-Token') })
  expect(await read({ headers: { 'x-access-token': token } })).toBe(token)
  expect(await read({ headers: { 'x-access-token': ` bearer ${token} ` } })).toBe(token)
  expect(await read({ headers: { 'x-access-token': ' ' } })).toBe('401 no_credentials')
  expect(await read({ headers: { 'x-access-token': 'Bearer' } })).toBe('400 incomplete_credentials')
  expect(await read({ headers: { 'x-access-token': `${token}, ${token}` } })).toBe(
    '400 incomplete_credentials',
  )
  expect(await read({ headers: bearer })).toBe('401 no_credentials')
})

test.each([
  ['', 'must be the name of a header'],
  ['x token', 'must be the name of a header'],
  ['Cookie', 'use fromCookie'],
  ['Sec-WebSocket-Protocol', 'use fromWebSocketProtocol'],
])('fromHeader: refuses %j: %s', (name, message) => {
  expect(() => fromHeader(name)).toThrow(message)
})

test.each([
  ['bearer, §', token],
  ['graphql-transport-ws,bearer,§', token],
  ['bearer, §, chat', token],
  ['bearer', '400 incomplete_credentials'],
  ['chat, bearer', '400 incomplete_credentials'],
  ['bearer, §, bearer, §', '400 several_credentials'],
  ['chat', '401 no_credentials'],
  ['§', '401 no_credentials'],
  ['Bearer, §', '401 no_credentials'],
])('fromWebSocketProtocol: %j holds the token behind bearer', async (protocols, found) => {
  const read = readWith({ readToken: fromWebSocketProtocol() })
  const headers = { 'sec-websocket-protocol': protocols.replaceAll('§', token), upgrade: 'websocket' }
  expect(await read({ headers })).toBe(found)
})

test('headers: a polluted prototype is no header, and a header may be named get', async () => {
  const headers = { get: 'x' }
  const readToken = fromHeader('x-access-token')
  Reflect.defineProperty(Object.prototype, 'x-access-token', { value: token, configurable: true })
  onTestFinished(() => void Reflect.deleteProperty(Object.prototype, 'x-access-token'))
  expect(await readWith({ readToken })({ headers })).toBe('401 no_credentials')
})

test('headers: a record may hold lists, as node:http has them', () => {
  const headers = { cookie: ['a=1', `session=${token}`], 'x-access-token': [token, token] }
  const credentials = { authorization: undefined, url: '/', method: 'GET', headers }
  expect(fromCookie('session').find(credentials)).toEqual({ token })
  expect(fromHeader('x-access-token').find(credentials)).toEqual({ fault: 'incomplete' })
})
