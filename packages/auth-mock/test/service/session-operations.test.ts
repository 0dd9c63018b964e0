import { expect, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../src/index.ts'

interface Credentials {
  readonly access_token: string
  readonly refresh_token: string
}

const post = async (mock: AuthMock, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${mock.url}/auth/v1/${path}`, { method: 'POST', body: JSON.stringify(body), headers })

const signIn = async (mock: AuthMock): Promise<Credentials> => {
  const response = await post(mock, 'signin/anonymously', {}, { 'x-device-id': 'device_123456' })
  return response.json() as Promise<Credentials>
}
const refresh = async (mock: AuthMock, token: unknown): Promise<Response> =>
  post(mock, 'token', {
    client_id: 'x',
    client_secret: '',
    grant_type: 'refresh_token',
    refresh_token: token,
  })

const invalidGrant = { error: 'invalid_grant', error_description: 'the refresh token is not valid' }

test('signInAnonymously: answers credentials as the service does', async () => {
  await using mock = await startAuthMock()
  const [{ access_token, refresh_token, ...rest }] = [await signIn(mock)]
  const [issued] = mock.tokens()
  expect(access_token).toBe(issued?.token)
  expect(refresh_token).toMatch(/^[\w-]{43}$/)
  expect(rest).toEqual({ token_type: 'Bearer', expires_in: 7200, scope: 'anonymous', sub: issued?.sub })
})

test('signInAnonymously: without a device there is no user', async () => {
  await using mock = await startAuthMock()
  const response = await post(mock, 'signin/anonymously', {})
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error: 'invalid_argument', error_code: 3 },
  ])
})

test('refreshToken: a used refresh token is dead, the access token before it is not', async () => {
  await using mock = await startAuthMock()
  const { refresh_token } = await signIn(mock)
  expect((await refresh(mock, refresh_token)).status).toBe(200)
  const response = await refresh(mock, refresh_token)
  expect([response.status, await response.json()]).toEqual([400, invalidGrant])
  expect(mock.tokens().map(({ state }) => state)).toEqual(['active', 'active'])
})

test('refreshToken: keeps user and client', async () => {
  await using mock = await startAuthMock()
  const response = await post(mock, 'signin/anonymously?client_id=shop', {}, { 'x-device-id': 'd' })
  const { refresh_token } = (await response.json()) as Credentials
  await refresh(mock, refresh_token)
  const [first, second] = mock.tokens()
  expect([second?.sub, second?.clientId, second?.scope]).toEqual([first?.sub, 'shop', 'anonymous'])
})

test('refreshToken: a refresh token is too old after 30 days', async () => {
  await using mock = await startAuthMock()
  const { refresh_token } = await signIn(mock)
  mock.advance(30 * 24 * 3_600_000)
  expect((await refresh(mock, refresh_token)).status).toBe(400)
})

test.each([undefined, 7, '', 'unknown'])('refreshToken: %j is no refresh token', async (token) => {
  await using mock = await startAuthMock()
  const response = await refresh(mock, token)
  expect([response.status, await response.json()]).toEqual([400, invalidGrant])
})

test('refreshToken: no other grant is known', async () => {
  await using mock = await startAuthMock()
  const response = await post(mock, 'token', { grant_type: 'password' })
  expect([response.status, await response.json()]).toMatchObject([400, { error: 'unsupported_grant_type' }])
})

test('revokeToken: a refresh token in the body dies with the access token', async () => {
  await using mock = await startAuthMock()
  const { access_token, refresh_token } = await signIn(mock)
  await post(mock, 'revoke', { refresh_token }, { authorization: `Bearer ${access_token}` })
  expect(mock.tokens()[0]?.state).toBe('revoked')
  expect((await refresh(mock, refresh_token)).status).toBe(400)
})

test('revokeToken: a refresh token that is not named lives on', async () => {
  await using mock = await startAuthMock()
  const { access_token, refresh_token } = await signIn(mock)
  await post(mock, 'revoke', { token: access_token })
  expect((await refresh(mock, refresh_token)).status).toBe(200)
})

test('signOut: ends access token and refresh token, also when the access token has expired', async () => {
  await using mock = await startAuthMock()
  const { access_token, refresh_token } = await signIn(mock)
  mock.advance(7_200_000)
  const response = await post(mock, 'user/signout', {}, { authorization: `Bearer ${access_token}` })
  expect([response.status, await response.json()]).toEqual([200, {}])
  expect(mock.tokens()[0]?.state).toBe('revoked')
  expect((await refresh(mock, refresh_token)).status).toBe(400)
})

test('signOut: without a token no session ends', async () => {
  await using mock = await startAuthMock()
  expect((await post(mock, 'user/signout', {})).status).toBe(401)
})

test('getUser: tells who holds the token, and refuses a dead one', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken({ sub: '42' })
  const getUser = async (): Promise<unknown> => {
    const response = await fetch(`${mock.url}/auth/v1/user/me`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return [response.status, await response.json()]
  }
  expect(await getUser()).toEqual([200, { sub: '42', name: '', status: 'ACTIVE' }])
  mock.revoke(token)
  expect(await getUser()).toMatchObject([401, { error: 'unauthenticated', error_code: 16 }])
})
