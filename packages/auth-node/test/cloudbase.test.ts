import { expect, expectTypeOf, test } from 'vitest'
import { createUpgradeCheck, fromCookie, fromWebSocketProtocol, requireToken } from '../src/cloudbase.ts'
import { createTokenVerifier, type GuardOptions, type VerifiedToken } from '../src/index.ts'
import { fakeService, mint } from './fake-service.ts'

/** An event as the HTTP access service makes it. */
function httpEvent(headers: Record<string, unknown>, more: object = {}): object {
  return { path: '/orders', httpMethod: 'GET', headers, queryStringParameters: {}, body: '', ...more }
}

/** A function behind a guard, which answers with whose token it was. */
function guarded(options?: GuardOptions): {
  readonly call: (event: unknown, context?: unknown) => Promise<unknown>
  readonly service: ReturnType<typeof fakeService>
} {
  const service = fakeService()
  const guard = requireToken(createTokenVerifier(service.auth), options)
  const main = guard((event: unknown, _context: unknown, identity) => ({ event, sub: identity?.sub }))
  return { service, call: (event, context = { memory_limit_in_mb: 256 }) => main(event, context) }
}

const refused = (statusCode: number): unknown =>
  expect.objectContaining({ statusCode, isBase64Encoded: false })

test.each(['authorization', 'Authorization', 'AUTHORIZATION'])(
  'HTTP access: the header %s signs in, and the event arrives as it was',
  async (name) => {
    const { call } = guarded()
    const event = httpEvent({ [name]: `Bearer ${mint()}` }, { body: 'e30=', isBase64Encoded: true })
    expect(await call(event)).toEqual({ event, sub: '42' })
  },
)

test('HTTP access: the answer to a bad call is a response with a challenge', async () => {
  const { call, service } = guarded()
  const dead = mint()
  service.dead.add(dead)
  expect(await call(httpEvent({}))).toEqual({
    statusCode: 401,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'www-authenticate': 'Bearer realm="api"',
    },
    body: '{"error":"none","error_description":"an access token is required"}',
    isBase64Encoded: false,
  })
  expect(await call(httpEvent({ authorization: `Bearer ${dead}` }))).toEqual(refused(401))
  service.isDown = true
  expect(await call(httpEvent({ authorization: `Bearer ${mint()}` }))).toEqual(
    expect.objectContaining({ statusCode: 503, headers: expect.objectContaining({ 'retry-after': '5' }) }),
  )
})

test('HTTP access: two credentials are refused, in headers, in multi-value headers, and in the query', async () => {
  const { call } = guarded()
  const bearer = `Bearer ${mint()}`
  const multi = (...values: string[]): object => ({ multiValueHeaders: { Authorization: values } })
  expect(await call(httpEvent({ authorization: bearer }, multi(bearer)))).toMatchObject({ sub: '42' })
  expect(await call(httpEvent({}, multi(bearer)))).toMatchObject({ sub: '42' })
  expect(await call(httpEvent({ authorization: bearer, Authorization: bearer }))).toMatchObject({ sub: '42' })
  expect(await call(httpEvent({ authorization: bearer }, multi(bearer, bearer)))).toEqual(refused(400))
  expect(await call(httpEvent({ authorization: bearer }, multi(`Bearer ${mint()}`)))).toEqual(refused(400))
  expect(await call(httpEvent({ authorization: bearer, Authorization: `Bearer ${mint()}` }))).toEqual(
    refused(400),
  )
  const query = { queryStringParameters: { access_token: mint() } }
  expect(await call(httpEvent({ authorization: bearer }, query))).toEqual(refused(400))
  expect(await call(httpEvent({}, query))).toEqual(refused(401))
})

test('HTTP access: a field of the event is no token', async () => {
  const { call } = guarded()
  expect(await call(httpEvent({}, { token: mint() }))).toEqual(refused(401))
  expect(await call({ token: mint() }, { httpContext: { headers: {}, httpMethod: 'GET' } })).toEqual(
    refused(401),
  )
})

test('HTTP access: a cookie counts, and only for pages of the own origin', async () => {
  const { call } = guarded({ readToken: fromCookie('session') })
  const cookie = `session=${mint()}`
  expect(await call(httpEvent({ cookie }))).toMatchObject({ sub: '42' })
  expect(
    await call(httpEvent({ Cookie: 'a=1' }, { multiValueHeaders: { Cookie: ['a=1', cookie] } })),
  ).toMatchObject({
    sub: '42',
  })
  const post = (origin: string): object =>
    httpEvent({ Cookie: cookie, Origin: origin, Host: 'shop.example' }, { httpMethod: 'POST' })
  expect(await call(post('https://shop.example'))).toMatchObject({ sub: '42' })
  expect(await call(post('https://evil.example'))).toEqual(refused(403))
})

test('HTTP access: a header that the gateway hands on joined, and as a list, counts once', async () => {
  const session = mint()
  const cookie = `session=${session}`
  const multi = (name: string, ...values: string[]): object => ({ multiValueHeaders: { [name]: values } })
  const { call } = guarded({ readToken: fromCookie('session') })
  for (const joined of [`a=1; ${cookie}`, `a=1;${cookie}`, `${cookie}; a=1`])
    expect(await call(httpEvent({ cookie: joined }, multi('Cookie', 'a=1', cookie)))).toMatchObject({
      sub: '42',
    })
  const two = httpEvent({ cookie: `${cookie}; session=${mint()}` }, multi('Cookie', cookie))
  expect(await call(two)).toEqual(refused(400))
  const bearer = [`Bearer ${mint()}`, `Bearer ${mint()}`]
  const joined = httpEvent({ authorization: bearer.join(',') }, multi('Authorization', ...bearer))
  expect(await guarded().call(joined)).toEqual(refused(400))
})

test('a method in lower case is the same method', async () => {
  const { call } = guarded({ readToken: fromCookie('session') })
  const headers = { cookie: `session=${mint()}`, origin: 'https://evil.example', host: 'shop.example' }
  expect(await call(httpEvent(headers, { httpMethod: 'get' }))).toMatchObject({ sub: '42' })
  expect(await call(httpEvent(headers, { httpMethod: 'post' }))).toEqual(refused(403))
  expect(await call({}, { httpContext: { headers, httpMethod: 'get', url: '/' } })).toMatchObject({
    sub: '42',
  })
})

test('functions-framework: the headers may be Headers', async () => {
  const headers = new Headers({ Authorization: `Bearer ${mint()}` })
  const { call } = guarded()
  expect(await call({}, { httpContext: { headers, httpMethod: 'GET', url: '/' } })).toMatchObject({
    sub: '42',
  })
  headers.append('Authorization', `Bearer ${mint()}`)
  expect(await call({}, { httpContext: { headers, httpMethod: 'GET', url: '/' } })).toEqual(refused(400))
  // A header may have the name of a method.
  const record = { authorization: `Bearer ${mint()}`, entries: 'a' }
  expect(await call(httpEvent(record))).toMatchObject({ sub: '42' })
})

test('optional: only a call without a credential is one of a guest, not one whose credential cannot be read', async () => {
  const { call } = guarded({ optional: true })
  for (const guest of [{}, { token: '' }, { token: null }, { token: undefined }, httpEvent({}), undefined])
    expect(await call(guest)).toMatchObject({ event: guest, sub: undefined })
  for (const token of [5, 0, {}, false, [mint()], { toString: 1 }])
    expect(await call({ token })).toEqual(refused(401))
  for (const authorization of [5, {}, [5], false, { toString: 1 }]) {
    expect(await call(httpEvent({ authorization }))).toEqual(refused(401))
    expect(await call(httpEvent({}, { multiValueHeaders: { authorization } }))).toEqual(refused(401))
  }
})

test('functions-framework: the headers are those of context.httpContext, and the event is the body', async () => {
  const { call } = guarded()
  const token = mint()
  const context = (headers: object, url = '/'): object =>
    Object.freeze({
      httpContext: Object.freeze({ headers: Object.freeze(headers), httpMethod: 'POST', url }),
    })
  const event = { order: 7 }
  expect(await call(event, context({ authorization: `Bearer ${token}` }))).toEqual({ event, sub: '42' })
  expect(await call(event, context({}))).toEqual(refused(401))
  // The caller has made the event, and not the context.
  const forged = httpEvent({ authorization: `Bearer ${token}` })
  expect(await call(forged, context({}))).toEqual(refused(401))
  const url = `/?access_token=${token}`
  expect(await call(event, context({ authorization: `Bearer ${token}` }, url))).toEqual(refused(400))
})

test('called directly: the token is event.token, whatever places of HTTP readToken names', async () => {
  for (const { call, service } of [guarded(), guarded({ readToken: fromCookie('session') })]) {
    const token = mint()
    const event = { token, order: 7 }
    expect(await call(event)).toEqual({ event, sub: '42' })
    service.dead.add(token)
    for (const bad of [
      {},
      { token: '' },
      { token: 7 },
      undefined,
      null,
      'text',
      [],
      Object.create({ token }),
    ])
      expect(await call(bad)).toEqual(refused(401))
    expect(await call({ headers: { authorization: `Bearer ${mint()}` } })).toEqual(refused(401))
  }
})

test('called directly: a function of the application reads the token elsewhere', async () => {
  const { call } = guarded({
    readToken: (request) => (request as { event: { accessToken?: string } }).event.accessToken,
  })
  expect(await call({ accessToken: mint() })).toMatchObject({ sub: '42' })
  expect(await call({ token: mint() })).toEqual(refused(401))
})

test('called directly: of a list of places, its functions look for the token, in their order', async () => {
  const readJwt = (request: unknown): string | undefined =>
    (request as { event: { jwt?: string } | undefined }).event?.jwt
  const readKey = (request: unknown): string | undefined =>
    (request as { event: { key?: string } | undefined }).event?.key
  const { call } = guarded({ readToken: [fromCookie('session'), readJwt, readKey] })
  expect(await call({ jwt: mint() })).toMatchObject({ sub: '42' })
  expect(await call({ key: mint() })).toMatchObject({ sub: '42' })
  expect(await call({ token: mint() })).toEqual(refused(401))
  const list = guarded({ readToken: [fromCookie('session')] })
  expect(await list.call({ token: mint() })).toMatchObject({ sub: '42' })
})

test('optional: a call without a token passes without an identity, and a bad token does not', async () => {
  const guard = requireToken(createTokenVerifier(fakeService().auth), { optional: true })
  const main = guard((_event: unknown, _context: unknown, identity) => {
    expectTypeOf(identity).toEqualTypeOf<VerifiedToken | undefined>()
    return identity?.sub ?? 'a guest'
  })
  expect(await main(httpEvent({}), {})).toBe('a guest')
  expect(await main({}, {})).toBe('a guest')
  expect(await main({ token: '§' }, {})).toEqual(refused(401))
})

test('an error of the function passes through, and onChallenge sees the call', async () => {
  const guard = requireToken(createTokenVerifier(fakeService().auth), {
    onChallenge: (_challenge, { event, context }) => ({ body: { event, context } }),
  })
  const main = guard(() => {
    throw new Error('out of stock')
  })
  await expect(main({ token: mint() }, {})).rejects.toThrow('out of stock')
  expect(await main({ order: 7 }, { id: 1 })).toMatchObject({
    body: '{"event":{"order":7},"context":{"id":1}}',
  })
})

test('functions-framework: a WebSocket is opened for a good token alone, and closed where it was opened without a check', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const options = { readToken: fromWebSocketProtocol() }
  const handleUpgrade = createUpgradeCheck(verifier, options)
  const httpContext = (protocol: string): object => ({
    headers: { upgrade: 'websocket', 'sec-websocket-protocol': protocol },
    httpMethod: 'GET',
    url: '/',
  })
  expect(await handleUpgrade({ httpContext: httpContext(`bearer, ${mint()}`) })).toEqual({
    allowWebSocket: true,
  })
  expect(await handleUpgrade({ httpContext: httpContext('bearer, §') })).toEqual({
    allowWebSocket: false,
    statusCode: 401,
    body: expect.stringContaining('invalid_token'),
    contentType: 'application/json',
  })
  expect(await handleUpgrade(undefined)).toMatchObject({ allowWebSocket: false, statusCode: 401 })
  const closed: unknown[] = []
  const ws = { close: (...args: unknown[]) => closed.push(args) }
  const main = requireToken(verifier, options)((_event: null, _context: unknown, identity) => identity.sub)
  expect(await main(null, { ws, httpContext: httpContext(`bearer, ${mint()}`) })).toBe('42')
  expect(closed).toEqual([])
  await main(null, { ws, httpContext: httpContext('chat') })
  expect(closed).toEqual([[4401, 'refused']])
})

test.each([
  ['https://shop.example', 'same-origin', true],
  ['https://evil.example', 'cross-site', false],
  [undefined, undefined, false],
])(
  'functions-framework: a WebSocket with a cookie, of a page of %s, is known without the header Upgrade',
  async (origin, site, isIn) => {
    const service = fakeService()
    const verifier = createTokenVerifier(service.auth)
    const options = { readToken: fromCookie('session') }
    const headers = { host: 'shop.example', cookie: `session=${mint()}`, origin, 'sec-fetch-site': site }
    const httpContext = { httpMethod: 'GET', url: '/ws', headers }
    const check = createUpgradeCheck(verifier, options)
    expect(await check({ httpContext })).toMatchObject(
      isIn ? { allowWebSocket: true } : { allowWebSocket: false, statusCode: 403 },
    )
    const main = requireToken(verifier, options)(() => 'in')
    const answer = await main({}, { httpContext, ws: { close: () => undefined } })
    expect(answer).toEqual(isIn ? 'in' : refused(403))
  },
)

test('types: a function keeps the types of its event, its context and its result', () => {
  const guard = requireToken(createTokenVerifier(fakeService().auth))
  const main = guard(async (event: { order: number }, _context: { ip: string }, identity) => {
    expectTypeOf(identity).toEqualTypeOf<VerifiedToken>()
    return event.order
  })
  expectTypeOf(main).parameter(0).toEqualTypeOf<{ order: number }>()
  expectTypeOf(main).parameter(1).toEqualTypeOf<{ ip: string }>()
  expectTypeOf<Extract<Awaited<ReturnType<typeof main>>, number>>().toEqualTypeOf<number>()
})

test('HTTP access: a Cookie header that is no text lets no call in as a guest', async () => {
  const { call } = guarded({ optional: true, readToken: fromCookie('session') })
  expect(await call(httpEvent({}))).toMatchObject({ sub: undefined })
  for (const cookie of [42, [42], {}, ['theme=dark', 42], Buffer.from('session=x')])
    expect(await call(httpEvent({ Cookie: cookie }))).toEqual(refused(400))
})
