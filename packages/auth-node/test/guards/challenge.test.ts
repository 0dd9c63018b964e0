import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { startAuthMock } from '@tokenward/auth-mock'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  AuthApiError,
  AuthNetworkError,
  type Challenge,
  createAuthClient,
  createAuthenticate,
  createTokenVerifier,
  type GuardEvent,
  type GuardOptions,
} from '../../src/index.ts'
import { createChallenges } from '../../src/guards/challenge.ts'
import { fakeService, mint } from '../fake-service.ts'

/** Collects what the channel of the guards publishes during a test. */
function collectEvents(): GuardEvent[] {
  const events: GuardEvent[] = []
  const listen = (event: unknown): void => void events.push(event as GuardEvent)
  subscribe('tokenward.guard', listen)
  onTestFinished(() => void unsubscribe('tokenward.guard', listen))
  return events
}

test('WWW-Authenticate names a realm, as RFC 6750 requires at least one parameter', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  const challengeOf = async (options?: GuardOptions): Promise<string | undefined> => {
    const decide = createAuthenticate(verifier, options)
    const { refusal } = await decide({ authorization: undefined, url: '/' }, undefined)
    return refusal?.headers['www-authenticate']
  }
  expect(await challengeOf()).toBe('Bearer realm="api"')
  expect(await challengeOf({ realm: 'the shop' })).toBe('Bearer realm="the shop"')
})

const invalidRequest = [400, 'invalid_request', 'the request must carry exactly one access token'] as const
const invalidToken = [
  401,
  'invalid_token',
  'the access token is malformed, expired, revoked or not meant for this service',
] as const
const insufficientScope = [403, 'insufficient_scope', 'the access token does not allow this'] as const

test.each([
  ['no_credentials', 401, 'none', 'an access token is required', 'Bearer realm="api"'],
  ['several_credentials', ...invalidRequest],
  ['incomplete_credentials', ...invalidRequest],
  ['foreign_origin', 403, 'access_denied', 'the request must come from a page of this service', undefined],
  ['malformed', ...invalidToken],
  ['expired', ...invalidToken],
  ['rejected', ...invalidToken],
  ['forged', ...invalidToken],
  ['another_application', ...invalidToken],
  ['anonymous', ...insufficientScope],
  ['key', ...insufficientScope],
  ['missing_scope', ...insufficientScope],
] as const)('the caller is told of %s: %i %s', (reason, status, error, description, ...rest) => {
  const scope = status === 403 ? ', scope="user admin"' : ''
  const usual = `Bearer realm="api", error="${error}", error_description="${description}"`
  const [challenge, unscoped] = rest.length > 0 ? [rest[0], rest[0]] : [usual + scope, usual]
  const told = { status, error, description, reason }
  const common = { 'cache-control': 'no-store' }
  expect(createChallenges('api', ['user', 'admin']).of(reason)).toMatchObject(told)
  expect(createChallenges('api', ['user', 'admin']).of(reason).headers).toEqual(
    challenge === undefined ? common : { ...common, 'www-authenticate': challenge },
  )
  expect(createChallenges('api', []).of(reason).headers['www-authenticate']).toBe(unscoped)
})

test.each([
  [
    'as the service says, in whole seconds',
    new AuthApiError('verifyToken', { status: 503, retryAfterMs: 6_001 }),
    '7',
  ],
  ['a second at least', new AuthApiError('verifyToken', { status: 503, retryAfterMs: 0 }), '1'],
  ['5 seconds where the service says nothing', new AuthApiError('verifyToken', { status: 503 }), '5'],
  ['5 seconds without an answer', new AuthNetworkError('verifyToken', 'ENOTFOUND'), '5'],
])('an outage tells the caller to come back after %s', (_when, cause, seconds) => {
  const challenge = createChallenges('api', ['user']).unavailable(cause)
  expect(challenge).toMatchObject({ reason: 'unavailable', cause })
  expect({ ...challenge }).toEqual({
    status: 503,
    error: 'temporarily_unavailable',
    description: 'the access token cannot be checked at the moment',
    headers: { 'retry-after': seconds, 'cache-control': 'no-store' },
  })
})

test("without Node's channels, such as on an edge runtime, a guard refuses as it does elsewhere", async () => {
  const find = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  onTestFinished(() => find.mockRestore())
  const decide = createAuthenticate(createTokenVerifier(fakeService().auth))
  const { refusal } = await decide({ authorization: undefined, url: '/' }, undefined)
  expect(refusal?.status).toBe(401)
})

test('the operator sees which check refused a request, in onChallenge and in events; the caller does not', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const verifier = createTokenVerifier(createAuthClient({ baseUrl: mock.url, clientId: 'shop' }))
  const events = collectEvents()
  const seen: string[] = []
  /** The answers to tokens that are malformed, expired, rejected, or of another application. */
  const told = new Set<string>()
  const decide = createAuthenticate(verifier, {
    scopes: ['user'],
    // Careless: everything that can be enumerated goes to the caller.
    onChallenge(challenge) {
      seen.push(challenge.reason)
      return { body: { ...challenge } }
    },
  })
  const bearer = (token: string): string => `Bearer ${token}`
  const requests: readonly (readonly [reason: string, authorization: string | undefined, url?: string])[] = [
    ['no_credentials', undefined],
    ['no_credentials', 'Basic abc'],
    ['several_credentials', bearer('a, Bearer b')],
    ['several_credentials', bearer('a'), '/?access_token=b'],
    ['incomplete_credentials', 'Bearer'],
    ['malformed', bearer('§')],
    ['expired', bearer(mock.issueToken({ expiresIn: -3_600 }))],
    ['rejected', bearer('made-up')],
    ['another_application', bearer(mock.issueToken({ clientId: 'other', scope: 'user' }))],
    ['anonymous', bearer(mock.issueToken({ anonymous: true }))],
    ['missing_scope', bearer(mock.issueToken({ scope: 'sso' }))],
    ['key', bearer(mock.issueToken({ sub: 'anon', scope: 'user' }))],
  ]
  for (const [reason, authorization, url = '/'] of requests) {
    const { refusal } = await decide({ authorization, url }, undefined)
    expect(JSON.parse(refusal?.body ?? '')).not.toHaveProperty('reason')
    if (refusal?.status === 401 && !reason.startsWith('no_')) told.add(JSON.stringify(refusal))
  }
  expect(told.size).toBe(1)
  expect(seen).toEqual(requests.map(([reason]) => reason))
  expect(events.map(({ reason }) => reason)).toEqual(seen)
})

test('an outage behind a guard shows its cause to the operator: a host that does not exist', async () => {
  const auth = createAuthClient({
    env: 'shop',
    maxRetries: 0,
    fetch: () => Promise.reject(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })),
  })
  const events = collectEvents()
  let seen: Challenge | undefined
  const decide = createAuthenticate(createTokenVerifier(auth), {
    onChallenge(challenge) {
      seen = challenge
      return {}
    },
  })
  const token = mint()
  const { refusal } = await decide({ authorization: `Bearer ${token}`, url: '/' }, undefined)
  expect(refusal?.status).toBe(503)
  expect(refusal?.body).not.toContain('ENOTFOUND')
  expect(seen).toMatchObject({ reason: 'unavailable', cause: { code: 'network', reason: 'ENOTFOUND' } })
  expect(events).toMatchObject([{ reason: 'unavailable', cause: { reason: 'ENOTFOUND' } }])
  expect(JSON.stringify(events)).not.toContain(token)
})
