import cloudbase from '@cloudbase/js-sdk'
import { beforeEach, expect, test } from 'vitest'
import { cloudbaseSession, createAuthClient, type AuthClient, type SignedOutEvent } from '../../src/index.ts'
import { baseUrl, devices, fail, stateOf } from '../bed/relay.ts'
import { eventually } from '@tokenward/test-kit/eventually'

const env = 'shop'

type Sdk = ReturnType<ReturnType<typeof cloudbase.init>['auth']>

/** The vendor's SDK with somebody whom it has signed in at the mock, and the token that it was given. */
async function signIn(): Promise<{ readonly sdk: Sdk; readonly token: string }> {
  const app = cloudbase.init({ env })
  const { host } = new URL(baseUrl)
  app.registerEndPointWithKey({ key: 'GATEWAY', url: `//${host}/v1`, protocol: 'http' })
  const sdk = app.auth()
  await sdk.signInAnonymously()
  return { sdk, token: (await sdk.getAccessToken()).accessToken }
}

function open(auth?: Sdk): AuthClient {
  return createAuthClient({ baseUrl, clientId: env, session: cloudbaseSession({ env, auth }) })
}

beforeEach(() => localStorage.clear())

test('cloudbaseSession: sees who is signed in with the SDK', async () => {
  const { token } = await signIn()
  expect(open().session.read()).toBe(token)
  await expect(open().verifyToken(token)).resolves.toMatchObject({ active: true, scope: 'anonymous' })
})

test('signOut: the SDK has nobody any more, in storage and in memory, and its token is dead', async () => {
  const { sdk, token } = await signIn()
  localStorage.setItem('user_info_shop', '{"version":"localCachev1","content":{}}')
  await expect(open(sdk).signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(localStorage.getItem('credentials_shop')).toBeNull()
  expect(localStorage.getItem('user_info_shop')).toBeNull()
  expect(await stateOf(token)).toBe('revoked')
  await eventually(async () => expect(await sdk.getLoginState()).toBeNull())
})

test('signOut: a refresh of the SDK that was in flight brings nobody back', async () => {
  const { sdk, token } = await signIn()
  await fail({ operation: 'refreshToken', delayMs: 300, times: 1 })
  const { length } = await devices()
  const refreshed = sdk.refreshSession()
  await eventually(async () => expect(await devices()).toHaveLength(length + 1))
  await expect(open(sdk).signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect((await refreshed).data.session?.access_token).not.toBe(token)
  await eventually(() => expect(open(sdk).session.read()).toBeUndefined())
  expect(await sdk.getLoginState()).toBeNull()
})

test('signOut: both name this device alike, and it keeps its name', async () => {
  const { sdk } = await signIn()
  await expect(sdk.signOut()).resolves.toMatchObject({ data: {} })
  const id = localStorage.getItem('device_id')
  expect(id).toHaveLength(32)
  await signIn()
  await open().signOut()
  expect((await devices()).slice(-3)).toEqual([id, id, id])
  expect(localStorage.getItem('device_id')).toBe(id)
})

test('signOut: after the SDK has signed out by itself there is nobody left', async () => {
  const { sdk, token } = await signIn()
  const auth = open(sdk)
  await sdk.signOut()
  expect(await stateOf(token)).toBe('revoked')
  await expect(auth.signOut()).resolves.toEqual({ local: 'absent', remote: 'none' })
})

test('signOut: another tab hears it, although the SDK tells nobody', async () => {
  await signIn()
  const [here, there] = [open(), open()]
  const heard: SignedOutEvent[] = []
  there.onSignedOut((event) => heard.push(event))
  await here.signOut()
  await eventually(() => expect(heard).toEqual([{ source: 'other_tab' }]))
})

test.each(['{', 'null', '"text"', '[]', '{}', '{"access_token":7}'])(
  'cloudbaseSession: %s in storage is nobody',
  async (text) => {
    localStorage.setItem('credentials_shop', text)
    await expect(open().signOut()).resolves.toMatchObject({ local: 'absent' })
  },
)

test('cloudbaseSession: an empty client id is the environment, as for the SDK', () => {
  localStorage.setItem('credentials_shop', JSON.stringify({ access_token: 'a' }))
  expect(cloudbaseSession({ env: 'shop', clientId: '' }).read()).toBe('a')
})
