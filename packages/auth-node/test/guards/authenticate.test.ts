import { expect, onTestFinished, test } from 'vitest'
import {
  AuthConfigurationError,
  type ChallengeAnswer,
  createAuthClient,
  createAuthenticate,
  createTokenVerifier,
  type Credentials,
  fromCookie,
  type GuardOptions,
  readBearerToken,
} from '../../src/index.ts'
import { fakeService, mint } from '../fake-service.ts'

test('clientId: without one, the first request is an error, with and without credentials', () => {
  const verifier = createTokenVerifier(createAuthClient({ baseUrl: 'https://auth.example.com' }))
  const missing = expect.objectContaining({ code: 'configuration', argument: 'clientId' })
  const decide = createAuthenticate(verifier, { optional: true })
  expect(() => decide({ authorization: `Bearer ${mint()}`, url: '/' }, undefined)).toThrow(missing)
  expect(() => decide({ authorization: undefined, url: '/' }, undefined)).toThrow(missing)
})

test('clientId: an empty one, or an empty list, is refused when the guard is made; null is any, explicitly', () => {
  const verifier = createTokenVerifier(createAuthClient({ baseUrl: 'https://auth.example.com' }))
  const missing = expect.objectContaining({ code: 'configuration', argument: 'clientId' })
  expect(() => createAuthenticate(verifier, { clientId: '' })).toThrow(missing)
  expect(() => createAuthenticate(verifier, { clientId: [] })).toThrow(missing)
  expect(() => createAuthenticate(verifier, { clientId: ['shop', ''] })).toThrow(missing)
  expect(createAuthenticate(verifier, { clientId: null })).toBeTypeOf('function')
})

test('clientId: a token that names no application is refused', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier({ ...service.auth, clientId: undefined })
  const token = mint()
  const decide = createAuthenticate(verifier, { clientId: 'other' })
  expect(await decide({ authorization: `Bearer ${token}`, url: '/' }, undefined)).toMatchObject({
    refusal: { status: 401 },
  })
})

test('clientId: null accepts tokens of any application, and still no dead one', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const decide = createAuthenticate(verifier, { clientId: null })
  const [alive, dead, expired] = [mint(), mint(), mint(1)]
  service.dead.add(dead)
  const statusOf = async (token: string): Promise<number | undefined> =>
    (await decide({ authorization: `Bearer ${token}`, url: '/' }, undefined)).refusal?.status
  const statuses = (): Promise<unknown> => Promise.all([alive, dead, expired, '§'].map(statusOf))
  expect(await statuses()).toEqual([undefined, 401, 401, 401])
  expect(await statuses()).toEqual([undefined, 401, 401, 401])
  await verifier.revoke(alive)
  expect(await statusOf(alive)).toBe(401)
})

test('createAuthenticate: an authorization that is no text is read as the guards read an odd header', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const decide = createAuthenticate(verifier)
  const decideOptional = createAuthenticate(verifier, { optional: true })
  const token = mint()
  await verifier.verifyToken(token)
  const given = (authorization: unknown): Credentials => ({ authorization, url: '/' }) as Credentials
  for (const none of [null, undefined, []]) {
    expect(await decide(given(none), undefined)).toMatchObject({ refusal: { status: 401 } })
    expect(await decideOptional(given(none), undefined)).toEqual({ identity: undefined })
  }
  for (const odd of [42, { token }, [42], true])
    expect(await decideOptional(given(odd), undefined)).toMatchObject({ refusal: { status: 401 } })
  expect(await decide(given([`Bearer ${token}`]), undefined)).toMatchObject({ identity: { sub: '42' } })
  expect(await decide(given([`Bearer ${token}`, `Bearer ${token}`]), undefined)).toMatchObject({
    refusal: { status: 400 },
  })
})

test('createAuthenticate: an authorization in a list keeps the rest of the request', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const token = mint()
  const decide = createAuthenticate(verifier, { readToken: fromCookie('session') })
  const headers = { cookie: `session=${token}` }
  const given = { authorization: [], url: '/', method: 'GET', headers } as unknown as Credentials
  expect(await decide(given, undefined)).toMatchObject({ identity: { sub: '42' } })
  const leaving = AbortSignal.abort(new Error('gone'))
  await expect(
    createAuthenticate(verifier)(
      { ...given, authorization: [`Bearer ${mint()}`], signal: leaving } as unknown as Credentials,
      undefined,
    ),
  ).rejects.toBe(leaving.reason)
})

test.each<[given: unknown, argument: string, message: string]>([
  [undefined, 'credentials', 'credentials must be an object with authorization and url'],
  [null, 'credentials', 'credentials must be an object with authorization and url'],
  ['Bearer x', 'credentials', 'credentials must be an object with authorization and url'],
  [{ url: new URL('http://shop/?a') }, 'url', 'url must be path and query as text, not an object'],
  [{ url: 7 }, 'url', 'url must be path and query as text, not 7'],
])('createAuthenticate says of %j what is wrong with it', (given, argument, message) => {
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth))
  const error = expect.objectContaining({ code: 'configuration', argument, message })
  expect(() => decide(given as Credentials, undefined)).toThrow(error)
})

test.each([[['Bearer x']], [42], [{}]])(
  'readBearerToken says of %j that it is no text: a program that signs out must not pass over it',
  (given) => {
    const error = expect.objectContaining({ code: 'configuration', argument: 'authorization' })
    expect(() => readBearerToken(given as unknown as string)).toThrow(error)
    expect(readBearerToken(null as unknown as undefined)).toBeUndefined()
  },
)

test.each(['a b', 'a"b', 'a\\b', ''])('scopes: %j is a mistake', (scope) => {
  const verifier = createTokenVerifier(fakeService().auth)
  expect(() => createAuthenticate(verifier, { scopes: [scope] })).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'scopes' }),
  )
})

test('scopes: a text instead of a list is a mistake', () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const options = JSON.parse('{"scopes":"admin"}') as GuardOptions
  expect(() => createAuthenticate(verifier, options)).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'scopes' }),
  )
})

test.each(['{"optional":"false"}', '{"optional":1}', '{"optional":null}', '{"scopes":[1]}'])(
  'options: %s is a mistake, such as the text of a variable',
  (json) => {
    const options = JSON.parse(json) as GuardOptions
    expect(() => createAuthenticate(createTokenVerifier(fakeService().auth), options)).toThrow(
      expect.objectContaining({ code: 'configuration', argument: Object.keys(options)[0] }),
    )
  },
)

test('authenticate: each token is judged by its own claims, not by those of the token before it', async () => {
  const service = fakeService()
  const claims = new Map<string, { client_id?: string; scope?: string }>()
  const verifyToken: typeof service.auth.withResponse.verifyToken = async (token) => ({
    data: { active: true, sub: '42', ...claims.get(token) },
  })
  const withResponse = { ...service.auth.withResponse, verifyToken }
  const verifier = createTokenVerifier({ ...service.auth, withResponse })
  const scopes = ['user']
  const clientId = ['shop']
  const decide = createAuthenticate(verifier, { clientId, scopes })
  // A list that is changed later changes no guard.
  scopes.pop()
  clientId.push('other')
  const statuses = new Map([
    [{ client_id: 'shop', scope: 'user' }, undefined],
    [{ client_id: 'shop', scope: 'user anonymous' }, 403],
    [{ client_id: 'other', scope: 'user' }, 401],
    [{ client_id: 'shop', scope: '' }, 403],
    [{ client_id: 'shop' }, 403],
    [{ client_id: '', scope: 'user' }, 401],
    [{}, 401],
  ])
  const tokens = [...statuses].map(([claim, status]) => {
    const token = mint()
    claims.set(token, claim)
    return { token, status }
  })
  // Asks the service, then memory, so that each token follows each other one.
  for (const first of tokens)
    for (const second of tokens)
      for (const { token, status } of [first, second]) {
        const { refusal } = await decide({ authorization: `Bearer ${token}`, url: '/' }, undefined)
        expect(refusal?.status).toBe(status)
      }
})

/** What a merge of foreign JSON does that does not look out for `__proto__`. */
function pollute(name: string, value: unknown): void {
  Reflect.defineProperty(Object.prototype, name, { value, configurable: true })
  onTestFinished(() => void Reflect.deleteProperty(Object.prototype, name))
}

test('authenticate: a polluted prototype lets no dead token in', async () => {
  const service = fakeService()
  const decide = createAuthenticate(createTokenVerifier(service.auth))
  const token = mint()
  service.dead.add(token)
  pollute('active', true)
  for (const bearer of [token, '§'])
    expect(await decide({ authorization: `Bearer ${bearer}`, url: '/' }, undefined)).toMatchObject({
      refusal: { status: 401 },
    })
})

test.each([
  ['scope', 'admin', 403],
  ['client_id', 'shop', 401],
] as const)('authenticate: a polluted prototype gives no token a %s', async (name, value, status) => {
  const service = fakeService()
  const verifyToken: typeof service.auth.withResponse.verifyToken = async () => ({
    data: { active: true, sub: '42', ...(name === 'scope' && { client_id: 'shop' }) },
  })
  const withResponse = { ...service.auth.withResponse, verifyToken }
  const verifier = createTokenVerifier({ ...service.auth, withResponse })
  const decide = createAuthenticate(verifier, { scopes: name === 'scope' ? ['admin'] : [] })
  pollute(name, value)
  expect(await decide({ authorization: `Bearer ${mint()}`, url: '/' }, undefined)).toMatchObject({
    refusal: { status },
  })
})

test('optional: a request without credentials is let in, with no identity', () => {
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth), { optional: true })
  expect(decide({ authorization: undefined, url: '/' }, undefined)).toStrictEqual({ identity: undefined })
})

test('authenticate: a token that memory knows is decided without a promise', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const decide = createAuthenticate(verifier)
  const token = mint()
  const verdict = await verifier.verifyToken(token)
  expect(decide({ authorization: `Bearer ${token}`, url: '/' }, undefined)).toEqual({ identity: verdict })
})

test('authenticate: a caller who leaves is not taken for an outage', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const reason = new Error('gone')
  const signal = AbortSignal.abort(reason)
  const decide = createAuthenticate(verifier)
  await expect(decide({ authorization: `Bearer ${mint()}`, url: '/', signal }, undefined)).rejects.toBe(
    reason,
  )
})

test('authenticate: a caller who leaves with a text as the reason is an error, which frameworks do not take for success', async () => {
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth))
  const signal = AbortSignal.abort('route')
  await expect(
    decide({ authorization: `Bearer ${mint()}`, url: '/', signal }, undefined),
  ).rejects.toMatchObject({ message: 'the request could not be decided', cause: 'route' })
})

test('onChallenge: the challenge is frozen, because all requests share it', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const seen: unknown[] = []
  const decide = createAuthenticate(verifier, {
    onChallenge(challenge) {
      seen.push(challenge)
      for (const part of [challenge, challenge.headers])
        expect(() => Object.assign(part, { 'x-shop': 'closed' })).toThrow(TypeError)
      return {}
    },
  })
  for (let count = 0; count < 2; count += 1)
    expect(await decide({ authorization: undefined, url: '/' }, undefined)).toHaveProperty('refusal')
  expect(seen[0]).toBe(seen[1])
  expect.assertions(7)
})

test.each<[what: string, answer: ChallengeAnswer, headers: object, body: string]>([
  [
    'an empty object',
    {},
    { 'content-type': 'application/json' },
    '{"error":"none","error_description":"an access token is required"}',
  ],
  ['a text', { body: 'closed' }, { 'content-type': 'text/plain; charset=utf-8' }, 'closed'],
  [
    'an object with a type of its own',
    { headers: { 'Content-Type': 'application/problem+json', 'X-Shop': 'closed' }, body: { type: 'none' } },
    { 'content-type': 'application/problem+json', 'x-shop': 'closed' },
    '{"type":"none"}',
  ],
  ['what JSON cannot express', { body: () => 'closed' }, { 'content-type': 'application/json' }, ''],
  [
    'another challenge',
    { headers: { 'WWW-Authenticate': 'Basic', 'cache-control': 'public' }, body: '' },
    { 'content-type': 'text/plain; charset=utf-8' },
    '',
  ],
])('onChallenge: %s, returned or promised, shapes the answer', async (_what, answer, headers, body) => {
  const verifier = createTokenVerifier(fakeService().auth)
  for (const onChallenge of [() => answer, async () => answer]) {
    const decide = createAuthenticate(verifier, { onChallenge })
    expect(await decide({ authorization: undefined, url: '/' }, undefined)).toEqual({
      refusal: {
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="api"', 'cache-control': 'no-store', ...headers },
        body,
      },
    })
  }
})

test.each<[how: string, options: GuardOptions]>([
  ['without onChallenge', {}],
  ['with one that returns at once', { onChallenge: () => ({}) }],
])('a refusal that needs no answer of the service is decided without a promise, %s', (_how, options) => {
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth), options)
  expect(decide({ authorization: undefined, url: '/' }, undefined)).toMatchObject({
    refusal: { status: 401 },
  })
})

/** What guards throw or reject with that meet a failure in different places, at once and later. */
async function failuresFor(value: unknown): Promise<readonly unknown[]> {
  const verifier = createTokenVerifier(fakeService().auth)
  const throws = (): never => {
    throw value
  }
  const rejects = (): Promise<never> => Promise.reject(value)
  const guards = [throws, rejects].flatMap((fail) => [
    createAuthenticate({ ...verifier, peekOrVerify: fail }),
    createAuthenticate(verifier, { readToken: fail }),
    createAuthenticate(verifier, { scopes: ['admin'], onChallenge: fail }),
  ])
  const decisions = guards.map(async (decide) =>
    decide({ authorization: `Bearer ${mint()}`, url: '/' }, undefined),
  )
  return Promise.all(
    decisions.map((decision) =>
      decision.then(
        () => expect.unreachable(),
        (error: unknown) => error,
      ),
    ),
  )
}

test.each([new TypeError('broken'), new AuthConfigurationError('fetch', 'is broken'), { status: 418 }])(
  'a mistake of the program reaches the framework as it is, and is no outage: %o',
  async (error) => {
    const failures = await failuresFor(error)
    expect(failures).toHaveLength(6)
    for (const failure of failures) expect(failure).toBe(error)
  },
)

test.each([undefined, null, 0, 'route'])(
  'a failure with %j, which frameworks take for success, reaches them as an error',
  async (value) => {
    const failures = await failuresFor(value)
    expect(failures).toHaveLength(6)
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(Error)
      expect(failure).toMatchObject({ message: 'the request could not be decided', cause: value })
    }
  },
)

test.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Basic abc', undefined],
  ['Bearerabc', undefined],
  [undefined, undefined],
])('readBearerToken: %s holds %s', (header, token) => {
  expect(readBearerToken(header)).toBe(token)
})
