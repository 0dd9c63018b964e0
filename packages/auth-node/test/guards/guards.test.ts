import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { startAuthMock, type AuthMock } from '@tokenward/auth-mock'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  createAuthClient,
  createTokenVerifier,
  fromCookie,
  fromHeader,
  type TokenVerifier,
} from '../../src/index.ts'
import { frameworks } from './guarded-servers.ts'

interface Seen {
  readonly status: number
  readonly challenge: string | null
  readonly body: unknown
}

async function call(url: string, authorization?: string): Promise<Seen> {
  const response = await fetch(url, { headers: authorization === undefined ? {} : { authorization } })
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: await response.json(),
  }
}

/** Sends headers that no HTTP client lets through, and resolves to the status. */
async function callRaw(url: string, headers: readonly string[]): Promise<number> {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(
    [`GET ${pathname} HTTP/1.1`, 'host: shop', 'connection: close', ...headers, '', ''].join('\r\n'),
  )
  return Number((await text(socket)).slice(9, 12))
}

const invalidToken = {
  status: 401,
  challenge:
    'Bearer realm="api", error="invalid_token", error_description="the access token is malformed, expired, revoked or not meant for this service"',
  body: {
    error: 'invalid_token',
    error_description: 'the access token is malformed, expired, revoked or not meant for this service',
  },
}
const noCredentials = {
  status: 401,
  challenge: 'Bearer realm="api"',
  body: { error: 'none', error_description: 'an access token is required' },
}
const forbidden = { status: 403, body: { error: 'insufficient_scope' } }

describe.each(frameworks)('%s', (_name, serve) => {
  let mock: AuthMock
  let verifier: TokenVerifier

  beforeEach(async () => {
    mock = await startAuthMock({ clientId: 'shop' })
    verifier = createTokenVerifier(
      createAuthClient({ baseUrl: mock.url, clientId: 'shop', maxRetries: 0, timeoutMs: 2_000 }),
    )
    return mock.close
  })

  test('a good token passes, with its identity on the request, from the service and from memory', async () => {
    await using server = await serve(verifier, { scopes: ['user'] })
    const token = mock.issueToken({ sub: '42', scope: 'user sso' })
    const body = { active: true, sub: '42', scope: 'user sso', client_id: 'shop', token_type: 'Bearer' }
    expect(await call(server.url, `Bearer ${token}`)).toEqual({ status: 200, challenge: null, body })
    expect(await call(server.url, `bEARER   ${token}`)).toEqual({ status: 200, challenge: null, body })
    expect(mock.requests()).toHaveLength(1)
  })

  test('without credentials, or with those of another scheme, the challenge names no error', async () => {
    await using server = await serve(verifier)
    expect(await call(server.url)).toEqual(noCredentials)
    expect(await call(server.url, 'Basic dXNlcjpwYXNz')).toEqual(noCredentials)
    expect(server.passed()).toBe(0)
  })

  test('malformed, expired, forged and revoked tokens are invalid, and nothing of them is echoed', async () => {
    await using server = await serve(verifier)
    const token = mock.issueToken()
    await verifier.verifyToken(token)
    await verifier.revoke(token)
    for (const bad of ['§§', mock.issueToken({ expiresIn: -600 }), `${mock.issueToken()}x`, token])
      expect(await call(server.url, `Bearer ${Buffer.from(bad).toString('latin1')}`)).toEqual(invalidToken)
    expect(server.passed()).toBe(0)
  })

  test('a token of another application is invalid, unless any is accepted explicitly', async () => {
    const token = mock.issueToken({ clientId: 'other' })
    await using strict = await serve(verifier)
    await using listed = await serve(verifier, { clientId: ['shop', 'other'] })
    await using open = await serve(verifier, { clientId: null })
    expect(await call(strict.url, `Bearer ${token}`)).toEqual(invalidToken)
    expect(await call(listed.url, `Bearer ${token}`)).toMatchObject({ status: 200 })
    expect(await call(open.url, `Bearer ${token}`)).toMatchObject({ status: 200 })
  })

  test('anonymous tokens are refused, unless they are allowed', async () => {
    const token = mock.issueToken({ anonymous: true })
    await using strict = await serve(verifier)
    await using open = await serve(verifier, { anonymous: 'allow' })
    expect(await call(strict.url, `Bearer ${token}`)).toMatchObject(forbidden)
    expect(await call(open.url, `Bearer ${token}`)).toMatchObject({ status: 200 })
  })

  test('every scope is required, and the challenge names them', async () => {
    await using server = await serve(verifier, { scopes: ['user', 'admin'] })
    const token = mock.issueToken({ scope: 'user sso' })
    expect(await call(server.url, `Bearer ${token}`)).toMatchObject({
      ...forbidden,
      challenge:
        'Bearer realm="api", error="insufficient_scope", error_description="the access token does not allow this", scope="user admin"',
    })
    const both = mock.issueToken({ scope: 'admin user' })
    expect(await call(server.url, `Bearer ${both}`)).toMatchObject({ status: 200 })
  })

  test('optional: requests without credentials pass without an identity, bad credentials do not pass', async () => {
    await using server = await serve(verifier, { optional: true })
    expect(await call(server.url)).toEqual({ status: 200, challenge: null, body: null })
    expect(await call(server.url, 'Bearer bad')).toEqual(invalidToken)
    expect(await call(server.url, 'Basic dXNlcjpwYXNz')).toEqual(noCredentials)
  })

  test('two credentials are an invalid request, in one header, in two, or in the URL', async () => {
    await using server = await serve(verifier)
    const token = mock.issueToken()
    await verifier.verifyToken(token)
    const bearer = `Bearer ${token}`
    const seen = await call(server.url, `${bearer}, ${bearer}`)
    expect(seen).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(seen.challenge).toMatch(/^Bearer realm="api", error="invalid_request", /)
    for (const value of ['Bearer', `${bearer} ${token}`, `Basic x, ${bearer}`, `${bearer},`])
      expect(await call(server.url, value)).toMatchObject({ status: 400 })
    expect(await call(`${server.url}?access_token=${token}`, bearer)).toMatchObject({ status: 400 })
    const header = `authorization: ${bearer}`
    expect(await callRaw(server.url, [header, header])).toBe(400)
    expect(await callRaw(server.url, [header, 'Authorization: Basic x'])).toBe(400)
    expect(await callRaw(server.url, [header])).toBe(200)
    expect(server.passed()).toBe(1)
  })

  test('readToken: a cookie signs in, and a page of another origin cannot use it', async () => {
    await using server = await serve(verifier, { readToken: fromCookie('session') })
    const cookie = `theme=dark; session=${mock.issueToken({ sub: '42' })}`
    const statusOf = async (method: string, headers: Record<string, string>): Promise<number> =>
      (await fetch(server.url, { method, headers })).status
    expect(await statusOf('GET', { cookie })).toBe(200)
    expect(await statusOf('GET', {})).toBe(401)
    expect(await statusOf('GET', { cookie: 'session=made-up' })).toBe(401)
    const { origin } = new URL(server.url)
    expect(await statusOf('POST', { cookie, origin })).toBe(200)
    expect(await statusOf('POST', { cookie, origin: 'https://evil.example' })).toBe(403)
    expect(server.passed()).toBe(2)
  })

  test('readToken: a header that is sent twice is refused, and so is one beside an Authorization header', async () => {
    await using server = await serve(verifier, { readToken: fromHeader('X-Access-Token') })
    const token = mock.issueToken()
    const header = `x-access-token: ${token}`
    expect(await callRaw(server.url, [header])).toBe(200)
    expect(await callRaw(server.url, [header, header])).toBe(400)
    expect(await callRaw(server.url, [header, `authorization: Bearer ${token}`])).toBe(400)
    expect(await callRaw(server.url, [`authorization: Bearer ${token}`])).toBe(401)
    expect(server.passed()).toBe(1)
  })

  test('an outage is 503 with Retry-After and without a challenge, and ends when the service is back', async () => {
    await using server = await serve(verifier)
    const token = mock.issueToken()
    mock.fail({ operation: 'verifyToken', status: 503, headers: { 'retry-after': '7' }, times: 1 })
    const response = await fetch(server.url, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(await response.json()).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'the access token cannot be checked at the moment',
    })
    expect(await call(server.url, `Bearer ${token}`)).toMatchObject({ status: 200 })
  })

  test('a service that is gone is 503, within the deadline', async () => {
    await using server = await serve(verifier)
    const token = mock.issueToken()
    await mock.close()
    expect(await call(server.url, `Bearer ${token}`)).toMatchObject({ status: 503 })
  })

  test('an application that has replaced the global Promise lets no bad token in', async () => {
    await using server = await serve(verifier, { onChallenge: async () => ({ body: { own: true } }) })
    vi.stubGlobal('Promise', class extends Promise<unknown> {})
    onTestFinished(() => void vi.unstubAllGlobals())
    const forged = `${mock.issueToken()}x`
    expect(await call(server.url, `Bearer ${forged}`)).toMatchObject({ status: 401, body: { own: true } })
    expect(server.passed()).toBe(0)
  })

  test('onChallenge: the application shapes the answer, and the status and headers of the challenge stay', async () => {
    await using server = await serve(verifier, {
      onChallenge: async ({ error, status }) => ({
        headers: {
          'Content-Type': 'application/problem+json',
          'WWW-Authenticate': 'Basic',
          'x-shop': 'closed',
        },
        body: { type: error, status },
      }),
    })
    const response = await fetch(server.url)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(response.headers.get('x-shop')).toBe('closed')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ type: 'none', status: 401 })
  })

  test('onChallenge: headers that cannot be sent fail that request alone', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => void vi.restoreAllMocks())
    await using server = await serve(verifier, { onChallenge: () => ({ headers: { 'x-shop': 'a\nb' } }) })
    const headers = { authorization: `Bearer ${mock.issueToken()}x` }
    // Fastify leaves such a header out.
    for (const init of [{}, { headers }]) expect((await fetch(server.url, init)).status).toBeOneOf([401, 500])
    expect(server.passed()).toBe(0)
  })

  test.each([undefined, null, 0, 'route'])('onChallenge: throwing %j lets no request in', async (reason) => {
    vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => void vi.restoreAllMocks())
    const onChallenges = [
      () => Promise.reject(reason),
      () => {
        throw reason
      },
    ]
    for (const onChallenge of onChallenges) {
      await using server = await serve(verifier, { onChallenge })
      const headers = { authorization: `Bearer ${mock.issueToken()}x` }
      for (const init of [{}, { headers }]) expect((await fetch(server.url, init)).status).toBe(500)
      expect(server.passed()).toBe(0)
    }
  })

  test('a deviceId that throws undefined lets no request in', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => void vi.restoreAllMocks())
    const deviceId = (): string => {
      throw undefined
    }
    const client = createAuthClient({ baseUrl: mock.url, clientId: 'shop', deviceId })
    await using server = await serve(createTokenVerifier(client))
    const headers = { authorization: `Bearer ${mock.issueToken()}` }
    expect((await fetch(server.url, { headers })).status).toBe(500)
    expect(server.passed()).toBe(0)
  })

  test('onChallenge: a body that JSON cannot express leaves the status as it is', async () => {
    const headers = { 'content-type': 'application/problem+json' }
    await using server = await serve(verifier, { onChallenge: () => ({ headers, body: () => 'closed' }) })
    const response = await fetch(server.url)
    expect(response.status).toBe(401)
    expect(await response.text()).toBe('')
  })

  test('a clock that throws undefined lets no request in', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => void vi.restoreAllMocks())
    let isBroken = false
    const now = (): number => {
      if (isBroken) throw undefined
      return Date.now()
    }
    const client = createAuthClient({ baseUrl: mock.url, clientId: 'shop' })
    const broken = createTokenVerifier(client, { now })
    const token = mock.issueToken()
    await broken.verifyToken(token)
    isBroken = true
    await using server = await serve(broken)
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(server.url, { headers })).status).toBe(500)
    expect(server.passed()).toBe(0)
  })

  test('onChallenge: a text is sent as it is', async () => {
    await using server = await serve(verifier, { onChallenge: () => ({ body: 'closed' }) })
    const response = await fetch(server.url)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toBe('closed')
  })
})
