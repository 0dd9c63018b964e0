import { createAuthClient as createCoreClient } from '@tokenward/auth-core'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  createAuthenticate,
  createTokenVerifier,
  type GuardOptions,
  type TokenVerifier,
} from '../../src/index.ts'
import { fakeService, mint } from '../fake-service.ts'

const verifier = (): TokenVerifier => createTokenVerifier(fakeService().auth)
const refused = (argument: string): unknown => expect.objectContaining({ code: 'configuration', argument })

test.each<[string, object]>([
  ['scope', { scope: ['admin'] }],
  ['clientID', { clientID: 'shop' }],
  ['anonymous', { anonymous: 'deny' }],
  ['identities', { identities: 'all' }],
  ['realm', { realm: 'a"b' }],
  ['realm', { realm: '' }],
  ['onChallenge', { onChallenge: 'closed' }],
  ['options', []],
])('a guard refuses the option %s in %j by name', (argument, options) => {
  const isList = Array.isArray(options)
  expect(() => createAuthenticate(verifier(), isList ? (null as never) : (options as GuardOptions))).toThrow(
    refused(argument),
  )
})

const scopesRule = 'scopes must be a list of scope tokens without spaces or quotes'
const clientIdRule =
  'clientId is required: set TOKENWARD_CLIENT_ID, or give clientId to createAuthClient or to the guard (mock-env for auth-mock); null accepts tokens of any application'
const readTokenRule =
  'readToken must be made by fromCookie, fromHeader or fromWebSocketProtocol, or be a function of the request, or a list of these'

test.each<[options: object, message: string]>([
  [{ anonymous: 'deny' }, "anonymous must be 'refuse' or 'allow'"],
  [{ identities: 'all' }, "identities must be 'users' or 'any'"],
  [{ realm: 42 }, 'realm must be visible ASCII and spaces, without " and \\'],
  [{ onChallenge: {} }, 'onChallenge must be a function'],
  [{ scopes: 'user' }, scopesRule],
  [{ scopes: ['user', 'two words'] }, scopesRule],
  [{ clientId: [] }, clientIdRule],
  [{ clientId: ['shop', 42] }, clientIdRule],
  [{ readToken: 'session' }, readTokenRule],
  [{ readToken: [] }, 'readToken must name at least one place'],
])('a guard says of %j: %s', (options, message) => {
  expect(() => createAuthenticate(verifier(), options)).toThrow(message)
})

test('a guard that is made of a client says so', () => {
  const { auth } = fakeService()
  expect(() => createAuthenticate(auth as unknown as TokenVerifier)).toThrow(
    'verifier must be made by createTokenVerifier; an auth client is none',
  )
})

test('a misspelt option is refused with a message that lists those that exist', () => {
  const options = { scope: ['admin'] } as GuardOptions
  expect(() => createAuthenticate(verifier(), options)).toThrow(
    'scope is not an option of requireToken; its options are anonymous, clientId, identities, onChallenge, optional, readToken, realm, scopes',
  )
})

test.each<[string, (service: ReturnType<typeof fakeService>) => unknown]>([
  ['a client', ({ auth }) => auth],
  ['nothing', () => undefined],
  ['an unfinished promise of a verifier', async ({ auth }) => createTokenVerifier(auth)],
])('a guard made of %s instead of a verifier is refused at once', (_name, make) => {
  expect(() => createAuthenticate(make(fakeService()) as TokenVerifier)).toThrow(refused('verifier'))
})

test('a polluted prototype sets no option of a guard', async () => {
  const decide = createAuthenticate(verifier())
  for (const [name, value] of [
    ['optional', true],
    ['clientId', null],
    ['anonymous', 'allow'],
  ] as const) {
    Reflect.defineProperty(Object.prototype, name, { value, configurable: true })
    onTestFinished(() => void Reflect.deleteProperty(Object.prototype, name))
  }
  const polluted = createAuthenticate(verifier(), {})
  for (const authenticate of [decide, polluted])
    expect(await authenticate({ authorization: undefined, url: '/' }, undefined)).toMatchObject({
      refusal: { status: 401 },
    })
})

test('a verifier and a guard at the top of a module read no variable; the first request does, once', async () => {
  const complete = vi.fn<() => { env?: string }>(() => ({}))
  const fetch = async (): Promise<Response> => Response.json({ sub: '42', client_id: 'shop' })
  const auth = createCoreClient(
    { fetch },
    { complete: (given) => ({ ...given, ...complete() }), nameOf: () => 'TOKENWARD_ENV' },
  )
  const decide = createAuthenticate(createTokenVerifier(auth))
  expect(complete).not.toHaveBeenCalled()
  const request = { authorization: `Bearer ${mint()}`, url: '/' }
  // Without the variable, a request is an error, and is not let in.
  expect(() => decide(request, undefined)).toThrow(expect.objectContaining({ code: 'configuration' }))
  complete.mockReturnValue({ env: 'shop' })
  for (let count = 0; count < 3; count += 1)
    expect(await decide(request, undefined)).toMatchObject({ identity: { sub: '42' } })
  expect(complete).toHaveBeenCalledTimes(2)
})
