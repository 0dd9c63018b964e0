// The vendor's own clients, unchanged: whatever breaks them here is a bug in the mock.
import cloudbase from '@cloudbase/js-sdk'
import { CloudbaseOAuth } from '@cloudbase/oauth'
import { expect, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../src/index.ts'

const states = (mock: AuthMock): string[] => mock.tokens().map(({ state }) => state)
const operationsOf = (mock: AuthMock): unknown[] => mock.requests().map(({ operation }) => operation)

const jsSdk = (mock: AuthMock) => {
  const app = cloudbase.init({ env: mock.clientId })
  app.registerHost(new URL(mock.url).host, 'http')
  return app.auth()
}

const memoryStorage = () => {
  const items = new Map<string, string>()
  const getItemSync = (key: string) => items.get(key) ?? null
  const setItemSync = (key: string, value: string) => void items.set(key, value)
  const removeItemSync = (key: string) => void items.delete(key)
  return {
    getItemSync,
    setItemSync,
    removeItemSync,
    getItem: async (key: string) => getItemSync(key),
    setItem: async (key: string, value: string) => setItemSync(key, value),
    removeItem: async (key: string) => removeItemSync(key),
  }
}

const oauth = (mock: AuthMock) =>
  new CloudbaseOAuth({
    apiOrigin: mock.url,
    env: mock.clientId,
    clientId: mock.clientId,
    storage: memoryStorage(),
  })

test('js-sdk: signs in anonymously, and its token is active', async () => {
  await using mock = await startAuthMock({ clientId: 'env-sign-in' })
  const { data, error } = await jsSdk(mock).signInAnonymously({})
  expect(error).toBeNull()
  expect(data.user?.is_anonymous).toBe(true)
  const [issued] = mock.tokens()
  expect(issued).toMatchObject({ scope: 'anonymous', clientId: 'env-sign-in', state: 'active' })
  expect(data.session?.access_token).toBe(issued?.token)
  expect(data.session?.sub).toBe(issued?.sub)
})

test('js-sdk: refreshes its session, and the old refresh token is dead', async () => {
  await using mock = await startAuthMock({ clientId: 'env-refresh' })
  const auth = jsSdk(mock)
  const { data: before } = await auth.signInAnonymously({})
  const { data: after, error } = await auth.refreshSession()
  expect(error).toBeNull()
  expect(after.session?.access_token).toBe(mock.tokens()[1]?.token)
  expect(states(mock)).toEqual(['active', 'active'])
  const { error: refused } = await auth.refreshSession(before.session?.refresh_token)
  expect(refused).not.toBeNull()
})

test('js-sdk: signs out by revoking its token', async () => {
  await using mock = await startAuthMock({ clientId: 'env-sign-out' })
  const auth = jsSdk(mock)
  await auth.signInAnonymously({})
  expect(await auth.signOut()).toEqual({ data: {}, error: null })
  expect(states(mock)).toEqual(['revoked'])
  expect(operationsOf(mock)).toEqual(['signInAnonymously', 'getUser', 'revokeToken'])
})

test('js-sdk: signs out through the other path when given options', async () => {
  await using mock = await startAuthMock({ clientId: 'env-sign-out-options' })
  const auth = jsSdk(mock)
  await auth.signInAnonymously({})
  await auth.signOut({})
  expect(operationsOf(mock).at(-1)).toBe('signOut')
  expect(states(mock)).toEqual(['revoked'])
})

test('js-sdk: sees an error of the service as the error that it is', async () => {
  await using mock = await startAuthMock({ clientId: 'env-error' })
  const auth = jsSdk(mock)
  await auth.signInAnonymously({})
  mock.fail({ operation: 'revokeToken', error: 'internal', times: 1 })
  expect(await auth.signOut()).toMatchObject({ error: { code: 'internal', errorCode: 13 } })
  expect(states(mock)).toEqual(['active'])
})

test('oauth: signs in, refreshes and signs out', async () => {
  await using mock = await startAuthMock({ clientId: 'env-oauth' })
  const client = oauth(mock)
  const credentials = await client.authApi.signInAnonymously()
  expect(credentials).toMatchObject({ access_token: mock.tokens()[0]?.token, expires_in: 7200 })
  const renewed = await client.oauth2client.refreshToken(credentials)
  expect(renewed.access_token).toBe(mock.tokens()[1]?.token)
  await client.authApi.signOut()
  expect(states(mock)).toEqual(['active', 'revoked'])
})

test('oauth: renews an expired session by itself before it signs out', async () => {
  let now = Date.now()
  await using mock = await startAuthMock({ clientId: 'env-expired', clock: () => now })
  const client = oauth(mock)
  const credentials = await client.authApi.signInAnonymously()
  await client.oauth2client.setCredentials({ ...credentials, expires_at: new Date(0) })
  now += 7_200_000
  await client.authApi.signOut()
  expect(operationsOf(mock)).toEqual(['signInAnonymously', 'refreshToken', 'revokeToken'])
  expect(states(mock)).toEqual(['expired', 'revoked'])
})

test('oauth: a refresh token that is used up ends the session', async () => {
  await using mock = await startAuthMock({ clientId: 'env-used-up' })
  const client = oauth(mock)
  const credentials = await client.authApi.signInAnonymously()
  await client.oauth2client.refreshToken(credentials)
  await expect(client.oauth2client.refreshToken(credentials)).rejects.toMatchObject({
    error: 'unauthenticated',
  })
})

test('oauth: one device is one anonymous user', async () => {
  await using mock = await startAuthMock({ clientId: 'env-device' })
  const client = oauth(mock)
  await client.authApi.signInAnonymously()
  await client.authApi.signInAnonymously()
  await oauth(mock).authApi.signInAnonymously()
  const [first, second, other] = mock.tokens().map(({ sub }) => sub)
  expect(second).toBe(first)
  expect(other).not.toBe(first)
})
