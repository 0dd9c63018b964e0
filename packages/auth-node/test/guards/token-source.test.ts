import { expect, onTestFinished, test } from 'vitest'
import {
  createAuthenticate,
  createTokenVerifier,
  fromCookie,
  fromHeader,
  fromWebSocketProtocol,
  type GuardOptions,
  type RequestHeaders,
  type TokenSource,
} from '../../src/index.ts'
import { readProtocols } from '../../src/guards/from-web-socket-protocol.ts'
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
    readWith({ readToken: (request) => request.headers?.['x-token'] ?? null }),
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

test('fromHeader: a token that begins or ends with the word bearer is a token', async () => {
  const read = readWith({ readToken: fromHeader('x-access-token') })
  for (const opaque of ['bearer.7', '7.bearer'])
    expect(await read({ headers: { 'x-access-token': opaque } })).toBe(opaque)
})

test.each([
  ['Bearer §', token],
  ['Bearer', '400 incomplete_credentials'],
  ['Bearer §\t§', '400 incomplete_credentials'],
  ['Bearer §,', '400 incomplete_credentials'],
  ['Bearer §,bearer §', '400 several_credentials'],
  ['Basic x,  Bearer §', '400 several_credentials'],
  ['Bearer §, bearers §', '400 incomplete_credentials'],
  ['Bearers', '401 no_credentials'],
  ['xBearer', '401 no_credentials'],
])('without readToken: %j is read as %s', async (authorization, found) => {
  const read = readWith({})
  expect(await read({ headers: { authorization: authorization.replaceAll('§', token) } })).toBe(found)
})

test.each([
  [' bearer §', '400 several_credentials'],
  ['Basic x,Bearer §', '400 several_credentials'],
  ['Basic x,  bearer §', '400 several_credentials'],
  ['Basic bearer', token],
  ['x-bearer §', token],
  ['Bearers §', token],
])('beside a token in another place, an Authorization header of %j comes to %s', async (header, found) => {
  const read = readWith({ readToken: fromHeader('x-access-token') })
  const authorization = header.replaceAll('§', token)
  expect(await read({ headers: { 'x-access-token': token, authorization } })).toBe(found)
})

test.each([
  ['/?access_token=a', '400 several_credentials'],
  ['/?page=2&access_token=a', '400 several_credentials'],
  ['/?access%5Ftoken=a', '400 several_credentials'],
  ['/?page=2&%61ccess_token=a', '400 several_credentials'],
  ['/?next=%26access_token=a', token],
  ['/a%20page', token],
  ['/?my_access_token=a', token],
  ['/access_token=a', token],
])('beside a token in a header, the URL %s comes to %s', async (url, found) => {
  expect(await readWith({})({ url, headers: bearer })).toBe(found)
})

test.each(['constructor', 'x', "!#$%&'*+.^_`|~-09AZ"])(
  'fromHeader: %j can be the name of a header',
  (name) => {
    expect(fromHeader(name).find).toBeTypeOf('function')
  },
)

test.each<[unknown, string]>([
  [undefined, 'must be the name of a header'],
  ['', 'must be the name of a header, such as x-access-token'],
  ['x token', 'must be the name of a header'],
  [' x', 'must be the name of a header'],
  ['x:', 'must be the name of a header'],
  ['Cookie', 'use fromCookie'],
  ['Sec-WebSocket-Protocol', 'use fromWebSocketProtocol'],
])('fromHeader: refuses %j: %s', (name, message) => {
  expect(() => fromHeader(name as string)).toThrow(
    expect.objectContaining({ argument: 'name', message: expect.stringContaining(message) as unknown }),
  )
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
  const protocols = { 'sec-websocket-protocol': ['chat', 'bearer', token] }
  expect(fromWebSocketProtocol().find({ ...credentials, headers: protocols })).toEqual({ token })
})

test('headers: null in their place is the same mistake as leaving them out', () => {
  const credentials = { authorization: undefined, url: '/', headers: null as unknown as undefined }
  expect(() => fromHeader('x-access-token').find(credentials)).toThrow('headers must be given')
})

test('readToken: a token that memory knows is decided without a promise, wherever it stands', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  await verifier.verifyToken(token)
  const readToken = [fromCookie('session'), (): string => token]
  const decide = createAuthenticate(verifier, { readToken })
  expect(decide({ authorization: undefined, url: '/', headers: {} }, undefined)).toMatchObject({
    identity: { sub: '42' },
  })
})

test('fromWebSocketProtocol: a request without the header has no credentials', async () => {
  expect(await readWith({ readToken: fromWebSocketProtocol() })({})).toBe('401 no_credentials')
})

test('a request whose URL is not known, such as of a cloud function, is let in by its header', async () => {
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth))
  expect(await decide({ ...bearer, url: undefined }, undefined)).toMatchObject({ identity: { sub: '42' } })
})

test('readProtocols: what a server may choose from is all but the token', () => {
  expect(readProtocols('chat, bearer, opaque,v2')).toEqual({
    tokens: ['opaque'],
    protocols: ['chat', 'bearer', 'v2'],
  })
})

test('headers: what is no text, such as an adapter may leave there, is a credential that cannot be read', async () => {
  for (const value of [42, {}, true, ['a', 42]]) {
    const headers = { 'x-access-token': value } as unknown as Record<string, string>
    const decide = createAuthenticate(createTokenVerifier(fakeService().auth), {
      readToken: fromHeader('x-access-token'),
      optional: true,
    })
    expect(await decide({ authorization: undefined, url: '/', headers }, undefined)).toMatchObject({
      refusal: { status: expect.toSatisfy((status) => status === 400 || status === 401) },
    })
  }
})

test.each<[name: string, value: unknown]>([
  ['a number', 42],
  ['an object whose then is no function', JSON.parse('{"then":1}')],
  ['a list', [token]],
])('readToken: a function that returns %s is told what it must return', (_name, value) => {
  const readToken = (): string => value as string
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth), { readToken })
  expect(() => decide({ authorization: undefined, url: '/' }, undefined)).toThrow(
    'readToken must return the token as a string, or undefined without one',
  )
})

test('onChallenge: an answer with a field named then is an answer', async () => {
  const onChallenge = (): object => JSON.parse('{"then":1,"body":"no"}') as object
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth), { onChallenge })
  expect(await decide({ authorization: undefined, url: '/' }, undefined)).toMatchObject({
    refusal: { status: 401, body: 'no' },
  })
})

const places: [name: string, header: string, source: TokenSource][] = [
  ['fromCookie', 'cookie', fromCookie('session')],
  ['fromHeader', 'x-access-token', fromHeader('x-access-token')],
  ['fromWebSocketProtocol', 'sec-websocket-protocol', fromWebSocketProtocol()],
]

test.each(places)(
  '%s: a header that is no text lets no request in as a guest',
  async (_name, header, readToken) => {
    const decide = createAuthenticate(createTokenVerifier(fakeService().auth), { readToken, optional: true })
    const statusOf = async (headers: unknown): Promise<number | undefined> =>
      (
        await decide(
          { authorization: undefined, url: '/', method: 'GET', headers: headers as RequestHeaders },
          undefined,
        )
      ).refusal?.status
    for (const value of [
      42,
      true,
      {},
      [42],
      ['other=1', 42],
      Object('session=x'),
      Buffer.from('session=x'),
    ]) {
      expect([400, 401]).toContain(await statusOf({ [header]: value }))
      expect([400, 401]).toContain(await statusOf({ [header.toUpperCase()]: value }))
      expect([400, 401]).toContain(
        await statusOf({ get: (name: string) => (name === header ? value : null) }),
      )
    }
    for (const nothing of [undefined, null, []]) expect(await statusOf({ [header]: nothing })).toBe(undefined)
  },
)

test.each(places)('%s: finds its header in any capitals', (_name, header, { find }) => {
  const value =
    header === 'cookie' ? `session=${token}` : header.startsWith('sec') ? `bearer, ${token}` : token
  const credentials = { authorization: undefined, url: '/', method: 'GET' }
  const name = header.replace(/\b\w/g, (first) => first.toUpperCase())
  expect(find({ ...credentials, headers: { [name]: value } })).toEqual({ token })
  expect(find({ ...credentials, headers: { [name]: [value] } })).toEqual({ token })
  expect(find({ ...credentials, headers: {} })).toEqual({ fault: 'absent' })
})
