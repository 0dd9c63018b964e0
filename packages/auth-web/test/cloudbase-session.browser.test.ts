import cloudbase from '@cloudbase/js-sdk'
import { beforeEach, expect, test, vi } from 'vitest'
import { cloudbaseSession, createAuthClient, type AuthClient, type SignedOutEvent } from '../src/index.ts'
import { baseUrl, devices, issueToken, stateOf } from './relay.ts'

const env = 'shop'

/** The vendor's SDK, signed in with a token of the mock. */
async function openSdk(token: string): Promise<ReturnType<ReturnType<typeof cloudbase.init>['auth']>> {
  const app = cloudbase.init({ env })
  const { host } = new URL(baseUrl)
  app.registerEndPointWithKey({ key: 'GATEWAY', url: `//${host}/v1`, protocol: 'http' })
  const auth = app.auth()
  await auth.setCredentials({
    token_type: 'Bearer',
    access_token: token,
    refresh_token: 'made-up-refresh-token',
    expires_in: 7_200,
    scope: 'user',
    sub: 'sdk-user',
  })
  return auth
}

function open(auth?: Awaited<ReturnType<typeof openSdk>>): AuthClient {
  return createAuthClient({ baseUrl, clientId: env, session: cloudbaseSession({ env, auth }) })
}

beforeEach(() => localStorage.clear())

test('cloudbaseSession: sees who is signed in with the SDK', async () => {
  const token = await issueToken({ sub: 'sdk-user' })
  const sdk = await openSdk(token)
  expect(open().session.read()).toBe(token)
  expect((await sdk.getAccessToken()).accessToken).toBe(token)
})

test('signOut: the SDK has nobody any more, in storage and in memory, and its token is dead', async () => {
  const token = await issueToken({ sub: 'sdk-user' })
  const sdk = await openSdk(token)
  localStorage.setItem('user_info_shop', '{"version":"localCachev1","content":{}}')
  await expect(open(sdk).signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(localStorage.getItem('credentials_shop')).toBeNull()
  expect(localStorage.getItem('user_info_shop')).toBeNull()
  expect(await stateOf(token)).toBe('revoked')
  await vi.waitFor(async () => expect(await sdk.getLoginState()).toBeNull())
})

test('signOut: both name this device alike, and it keeps its name', async () => {
  const token = await issueToken({ sub: 'sdk-user' })
  const sdk = await openSdk(token)
  await expect(sdk.signOut()).resolves.toMatchObject({ data: {} })
  const id = localStorage.getItem('device_id')
  expect(id).toHaveLength(32)
  await openSdk(await issueToken({ sub: 'sdk-user' }))
  await open().signOut()
  expect((await devices()).slice(-3)).toEqual([id, id, id])
  expect(localStorage.getItem('device_id')).toBe(id)
})

test('signOut: after the SDK has signed out by itself there is nobody left', async () => {
  const token = await issueToken({ sub: 'sdk-user' })
  const sdk = await openSdk(token)
  const auth = open(sdk)
  await sdk.signOut()
  expect(await stateOf(token)).toBe('revoked')
  await expect(auth.signOut()).resolves.toEqual({ local: 'absent', remote: 'already_inactive' })
})

test('signOut: another tab hears it, although the SDK tells nobody', async () => {
  await openSdk(await issueToken({ sub: 'sdk-user' }))
  const [here, there] = [open(), open()]
  const heard: SignedOutEvent[] = []
  there.onSignedOut((event) => heard.push(event))
  await here.signOut()
  await vi.waitFor(() => expect(heard).toEqual([{ source: 'other_tab' }]))
})

test.each(['{', 'null', '"text"', '[]', '{}', '{"access_token":7}'])(
  'cloudbaseSession: %s in storage is nobody',
  async (text) => {
    localStorage.setItem('credentials_shop', text)
    await expect(open().signOut()).resolves.toMatchObject({ local: 'absent' })
  },
)
