import cloudbase from '@cloudbase/js-sdk'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cloudbaseSession, createAuthClient, type AuthClient, type SignedOutEvent } from '../../src/index.ts'
import { baseUrl, devices, issueToken, stateOf } from '../bed/relay.ts'
import { closeTabs, openTab } from '../bed/tab.ts'
import { eventually } from '@tokenward/test-kit/eventually'

const env = 'shop'

type Sdk = ReturnType<ReturnType<typeof cloudbase.init>['auth']>

/** The vendor's SDK, signed in at the mock, and the token that it was given. */
async function signIn(): Promise<{ readonly sdk: Sdk; readonly token: string }> {
  const app = cloudbase.init({ env })
  const { host } = new URL(baseUrl)
  app.registerEndPointWithKey({ key: 'GATEWAY', url: `//${host}/v1`, protocol: 'http' })
  const sdk = app.auth()
  await sdk.signInAnonymously()
  return { sdk, token: (await sdk.getAccessToken()).accessToken }
}

function open(auth?: Sdk): AuthClient {
  const client = createAuthClient({ baseUrl, clientId: env, session: cloudbaseSession({ env, auth }) })
  clients.push(client)
  return client
}

/** Holds back the answer to the next request of this page whose URL holds a text. */
function holdAnswer(part: string): { readonly isHeld: () => boolean; readonly letGo: () => void } {
  const send = fetch
  let letGo: (() => void) | undefined
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const response = await send(url, init)
    if (!letGo && new Request(url).url.includes(part)) await new Promise<void>((done) => (letGo = done))
    return response
  })
  return {
    isHeld: () => letGo !== undefined,
    letGo() {
      spy.mockRestore()
      letGo?.()
    },
  }
}

/** What the SDK asks for a refresh, and the client for a verdict. */
const paths = { refresh: '/auth/v1/token?', verdict: '/auth/v1/token/introspect' }

const clients: AuthClient[] = []

beforeEach(() => localStorage.clear())
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

test('cloudbaseSession: sees who is signed in with the SDK', async () => {
  const { token } = await signIn()
  expect(open().session.read()).toBe(token)
  await expect(open().verifyToken(token)).resolves.toMatchObject({ active: true, scope: 'anonymous' })
})

test('signOut: the SDK has no session any more, in storage and in memory, and its token is dead', async () => {
  const { sdk, token } = await signIn()
  localStorage.setItem('user_info_shop', '{"version":"localCachev1","content":{}}')
  await expect(open(sdk).signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(localStorage.getItem('credentials_shop')).toBeNull()
  expect(localStorage.getItem('user_info_shop')).toBeNull()
  expect(await stateOf(token)).toBe('revoked')
  await eventually(async () => expect(await sdk.getLoginState()).toBeNull())
})

test('signOut: a refresh of the SDK that was in flight does not bring the session back', async () => {
  const { sdk, token } = await signIn()
  const { isHeld, letGo } = holdAnswer(paths.refresh)
  const refreshed = sdk.refreshSession()
  await eventually(() => expect(isHeld()).toBe(true))
  await expect(open(sdk).signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  letGo()
  expect((await refreshed).data.session?.access_token).not.toBe(token)
  await eventually(() => expect(open(sdk).session.read()).toBeUndefined())
  expect(await sdk.getLoginState()).toBeNull()
  // The token that it brought would live for two hours.
  const late = (await refreshed).data.session?.access_token ?? ''
  await eventually(async () => expect(await stateOf(late)).toBe('revoked'))
})

test('signOut: a refresh of the SDK in another tab that was in flight does not bring the session back, and its token dies', async () => {
  const { sdk } = await signIn()
  const there = open(sdk)
  const heard: SignedOutEvent[] = []
  there.onSignedOut((event) => heard.push(event))
  const { isHeld, letGo } = holdAnswer(paths.refresh)
  const refreshed = sdk.refreshSession()
  await eventually(() => expect(isHeld()).toBe(true))
  // Another tab has an SDK of its own.
  await open().signOut()
  await eventually(() => expect(heard).toEqual([{ source: 'other_tab' }]))
  letGo()
  const late = (await refreshed).data.session?.access_token ?? ''
  await eventually(() => expect(there.session.read()).toBeUndefined())
  await eventually(async () => expect(await stateOf(late)).toBe('revoked'))
})

test('invariant 7: a refresh of the SDK that fails late ends no newer session that another tab has begun', async () => {
  const { sdk } = await signIn()
  const there = open(sdk)
  const send = fetch
  let refuse: (() => void) | undefined
  const refusing = vi.spyOn(globalThis, 'fetch').mockImplementation((url, init) =>
    new Request(url).url.includes(paths.refresh)
      ? new Promise((_resolve, reject) => {
          const refuseThis = (): void => reject(new TypeError('Failed to fetch'))
          // The SDK tries three times.
          if (refuse) refuseThis()
          refuse ??= refuseThis
        })
      : send(url, init),
  )
  const heard: SignedOutEvent[] = []
  there.onSignedOut((event) => heard.push(event))
  const refreshed = sdk.refreshSession().catch(() => undefined)
  await eventually(() => expect(refuse).toBeTypeOf('function'))
  const { web, window } = await openTab()
  const here = web.createAuthClient({ baseUrl, clientId: env, session: web.cloudbaseSession({ env }) })
  await here.signOut()
  await eventually(() => expect(heard).toEqual([{ source: 'other_tab' }]))
  const next = await issueToken({ sub: 'of somebody else' })
  window.localStorage.setItem('credentials_shop', JSON.stringify({ access_token: next, expires_in: 7_200 }))
  await eventually(() => expect(there.readSession().user).toBe('of somebody else'))
  refuse?.()
  await refreshed
  // The SDK's calls wait for each other.
  await sdk.getLoginState()
  refusing.mockRestore()
  closeTabs()
  expect(there.session.read()).toBe(next)
  expect(heard).toHaveLength(1)
  expect(await stateOf(next)).toBe('active')
})

test("signOut: the SDK's own listeners hear it, once", async () => {
  const { sdk } = await signIn()
  const [login, state] = [vi.fn<(event: object) => void>(), vi.fn<(event: string) => void>()]
  await sdk.onLoginStateChanged(login)
  sdk.onAuthStateChange(state)
  login.mockClear()
  const auth = open(sdk)
  await auth.signOut()
  await eventually(() => expect(state.mock.calls.map(([event]) => event)).toContain('SIGNED_OUT'))
  await eventually(() =>
    expect(
      login.mock.calls.map(([event]) => (event as { data?: { eventType?: string } }).data?.eventType),
    ).toContain('sign_out'),
  )
  await auth.signOut()
  expect(state.mock.calls.filter(([event]) => event === 'SIGNED_OUT')).toHaveLength(1)
})

test('signOut: a page that signs in as a guest whenever a session ends has a guest, after one sign-out', async () => {
  const { sdk, token } = await signIn()
  const auth = open(sdk)
  const heard: SignedOutEvent[] = []
  auth.onSignedOut((event) => {
    heard.push(event)
    void sdk.signInAnonymously()
  })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  await eventually(() => expect(auth.session.read()).toBeTypeOf('string'))
  const guest = auth.session.read() ?? ''
  expect(guest).not.toBe(token)
  await expect(auth.verifyToken(guest)).resolves.toMatchObject({ active: true })
  expect(heard).toEqual([{ source: 'this_tab' }])
})

test.each(['with', 'without'])(
  'signOut: the same user who signs in again while the service is slow stays signed in, %s auth',
  async (how) => {
    const { sdk } = await signIn()
    const auth = open(how === 'with' ? sdk : undefined)
    const { isHeld, letGo } = holdAnswer(paths.verdict)
    const leaving = auth.signOut()
    const signedOutAt = Date.now()
    await eventually(() => expect(isHeld()).toBe(true))
    // What was issued within the same second could be a late refresh.
    await eventually(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(signedOutAt / 1_000))
    const next = await signIn()
    letGo()
    await expect(leaving).resolves.toMatchObject({ local: 'cleared' })
    expect(auth.session.read()).toBe(next.token)
    expect(await stateOf(next.token)).toBe('active')
  },
)

test('updateSession: a sign-in with the SDK is kept, and undone when the user signs out meanwhile', async () => {
  const { sdk } = await signIn()
  const auth = open(sdk)
  await auth.signOut()
  const signInAgain = async (): Promise<string> => {
    await sdk.signInAnonymously()
    return (await sdk.getAccessToken()).accessToken
  }
  await expect(auth.updateSession(signInAgain)).resolves.toBe(true)
  expect(auth.session.read()).toBeTypeOf('string')
  let late = ''
  const kept = auth.updateSession(async () => {
    late = await signInAgain()
    await auth.signOut()
    auth.session.write(late)
    return late
  })
  await expect(kept).resolves.toBe(false)
  await eventually(() => expect(auth.session.read()).toBeUndefined())
  await eventually(async () => expect(await stateOf(late)).toBe('revoked'))
})

test('cloudbaseSession: knows the client id of the SDK that it is given', async () => {
  const app = cloudbase.init({ env, clientId: 'till' })
  const { host } = new URL(baseUrl)
  app.registerEndPointWithKey({ key: 'GATEWAY', url: `//${host}/v1`, protocol: 'http' })
  const sdk = app.auth()
  await sdk.signInAnonymously()
  const { accessToken } = await sdk.getAccessToken()
  const auth = createAuthClient({ baseUrl, clientId: 'till', session: cloudbaseSession({ env, auth: sdk }) })
  await expect(auth.signOut()).resolves.toMatchObject({ local: 'cleared' })
  expect(localStorage.getItem('credentials_till')).toBeNull()
  await eventually(async () => expect(await stateOf(accessToken)).toBe('revoked'))
})

test('createAuthClient: a client id that cloudbaseSession was not given is refused by name', () => {
  expect(() => createAuthClient({ env, clientId: 'till', session: cloudbaseSession({ env }) })).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'clientId' }),
  )
})

test('createAuthClient: another environment than that of cloudbaseSession is refused by name', () => {
  expect(() => createAuthClient({ env: 'till', session: cloudbaseSession({ env }) })).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'env' }),
  )
})

test('signOut: storage that cannot be read is failed, and the SDK forgets the session all the same', async () => {
  const { sdk } = await signIn()
  const auth = open(sdk)
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new DOMException('blocked', 'SecurityError')
  })
  const result = await auth.signOut()
  vi.restoreAllMocks()
  expect(result).toEqual({ local: 'failed', reason: 'unreadable', remote: 'none' })
  await eventually(() => expect(localStorage.getItem('credentials_shop')).toBeNull())
  await eventually(async () => expect(await sdk.getLoginState()).toBeNull())
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

test('signOut: after the SDK has signed out by itself, nobody is signed in', async () => {
  const { sdk, token } = await signIn()
  const auth = open(sdk)
  await sdk.signOut()
  expect(await stateOf(token)).toBe('revoked')
  await expect(auth.signOut()).resolves.toEqual({ local: 'absent', remote: 'none' })
})

test('signOut: another tab hears it, although the SDK does not tell it', async () => {
  await signIn()
  const [here, there] = [open(), open()]
  const heard: SignedOutEvent[] = []
  there.onSignedOut((event) => heard.push(event))
  await here.signOut()
  await eventually(() => expect(heard).toEqual([{ source: 'other_tab' }]))
})

test.each(['{', 'null', '"text"', '[]', '{}', '{"access_token":7}'])(
  'cloudbaseSession: %s in storage counts as signed out',
  async (text) => {
    localStorage.setItem('credentials_shop', text)
    await expect(open().signOut()).resolves.toMatchObject({ local: 'absent' })
  },
)

test('cloudbaseSession: an empty client id is the environment, as for the SDK', () => {
  localStorage.setItem('credentials_shop', JSON.stringify({ access_token: 'a' }))
  expect(cloudbaseSession({ env: 'shop', clientId: '' }).read()).toBe('a')
})
