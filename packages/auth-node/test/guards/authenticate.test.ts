import { expect, onTestFinished, test } from 'vitest'
import { createAuthClient, createTokenVerifier, readBearerToken } from '../../src/index.ts'
import { createAuthenticate, type GuardOptions } from '../../src/guards/authenticate.ts'
import { fakeService, mint } from '../fake-service.ts'

test('clientId: a verifier without one cannot guard by omission', () => {
  const verifier = createTokenVerifier(createAuthClient({ baseUrl: 'https://auth.example.com' }))
  const missing = expect.objectContaining({ code: 'configuration', argument: 'clientId' })
  expect(() => createAuthenticate(verifier)).toThrow(missing)
  expect(() => createAuthenticate(verifier, { clientId: '' })).toThrow(missing)
  expect(() => createAuthenticate(verifier, { clientId: [] })).toThrow(missing)
  expect(() => createAuthenticate(verifier, { clientId: ['shop', ''] })).toThrow(missing)
  expect(createAuthenticate(verifier, { clientId: null })).toBeTypeOf('function')
})

test('clientId: a token that names no application is of none', async () => {
  const service = fakeService()
  const verifier = createTokenVerifier({ ...service.auth, clientId: undefined })
  const token = mint()
  const decide = createAuthenticate(verifier, { clientId: 'other' })
  expect(await decide({ authorization: `Bearer ${token}`, url: '/' }, undefined)).toMatchObject({
    refusal: { status: 401 },
  })
})

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

test('optional: only true opens the door to nobody, not a text that somebody read from a variable', async () => {
  const options = JSON.parse('{"optional":"false"}') as GuardOptions
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth), options)
  expect(await decide({ authorization: undefined, url: '/' }, undefined)).toMatchObject({
    refusal: { status: 401 },
  })
})

test('authenticate: each token is judged by its own claims, whatever the one before it said', async () => {
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
  // What was right when the guard was made stays right.
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
  // Asks the service, then memory, so that each comes behind each.
  for (const first of tokens)
    for (const second of tokens)
      for (const { token, status } of [first, second]) {
        const { refusal } = await decide({ authorization: `Bearer ${token}`, url: '/' }, undefined)
        expect(refusal?.status).toBe(status)
      }
})

/** As a merge of foreign JSON does that minds no `__proto__`. */
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
] as const)('authenticate: a polluted prototype is no %s of a token', async (name, value, status) => {
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

test('authenticate: a token that memory knows is decided without a promise', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const decide = createAuthenticate(verifier)
  const token = mint()
  const verdict = await verifier.verifyToken(token)
  expect(decide({ authorization: `Bearer ${token}`, url: '/' }, undefined)).toEqual({ identity: verdict })
})

test('authenticate: a caller who leaves is no outage', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const reason = new Error('gone')
  const signal = AbortSignal.abort(reason)
  const decide = createAuthenticate(verifier)
  await expect(decide({ authorization: `Bearer ${mint()}`, url: '/', signal }, undefined)).rejects.toBe(
    reason,
  )
})

test('onChallenge: what it is told is the same for every request, so that it cannot be changed', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const decide = createAuthenticate(verifier, {
    onChallenge({ headers }) {
      expect(() => Object.assign(headers, { 'x-shop': 'closed' })).toThrow(TypeError)
      return {}
    },
  })
  expect(await decide({ authorization: undefined, url: '/' }, undefined)).toHaveProperty('refusal')
  expect.assertions(2)
})

test.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Basic abc', undefined],
  ['Bearerabc', undefined],
  [undefined, undefined],
])('readBearerToken: %s holds %s', (header, token) => {
  expect(readBearerToken(header)).toBe(token)
})
