// The vendor's own build for mini-programs, unchanged, in the same realm as ours.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type cloudbase from '@cloudbase/js-sdk'
import type * as miniProgramEntry from '../../src/miniprogram.ts'
import { bundleMiniProgram } from './bundles.ts'
import { createDevice, createTimers, type Device } from './device.ts'
import { createFakeWx, type FakeWx } from './fake-wx.ts'
import { miniProgram } from './platforms/platforms.ts'
import { createRealm } from './realm.ts'

const env = 'shop'
const require = createRequire(import.meta.url)
// Its `dist` and its `miniprogram_dist` are neighbours.
const vendorBuild = readFileSync(
  join(dirname(require.resolve('@cloudbase/js-sdk')), '../miniprogram_dist/index.js'),
  'utf8',
)

type Vendor = typeof cloudbase
type Sdk = ReturnType<ReturnType<Vendor['init']>['auth']>

let mock: AuthMock
beforeAll(async () => {
  mock = await startAuthMock({ clientId: env })
})
beforeEach(() => mock.reset())
afterAll(() => mock.close())

interface App {
  readonly sdk: Sdk
  readonly fake: FakeWx
  readonly ours: typeof miniProgramEntry
  readonly auth: miniProgramEntry.AuthClient
  readonly kill: () => void
}

const running: App[] = []
afterEach(() => {
  for (const app of running.splice(0)) app.kill()
})

/** Starts an app with both SDKs. */
async function start(device: Device): Promise<App> {
  const timers = createTimers()
  const { setTimeout, setInterval, clearTimeout, clearInterval } = timers
  const fake = createFakeWx(device, timers)
  const quiet = {
    ...console,
    warn: vi.fn<() => void>(),
    log: vi.fn<() => void>(),
    error: vi.fn<() => void>(),
  }
  const realm = createRealm(miniProgram, {
    wx: fake.wx,
    Page: () => undefined,
    App: () => undefined,
    getApp: () => ({}),
    getCurrentPages: () => [],
    console: quiet,
    setTimeout,
    setInterval,
    clearTimeout,
    clearInterval,
  })
  const loaded = realm.load(vendorBuild) as Vendor & { readonly default?: Vendor }
  const sdkApp = (loaded.default ?? loaded).init({ env })
  sdkApp.registerEndPointWithKey({ key: 'GATEWAY', url: `//${new URL(mock.url).host}/v1`, protocol: 'http' })
  const sdk = sdkApp.auth()
  const ours = realm.load(await bundleMiniProgram()) as typeof miniProgramEntry
  const session = ours.cloudbaseSession({ env, auth: sdk })
  const auth = ours.createAuthClient({ baseUrl: mock.url, clientId: env, session, maxRetries: 0 })
  const app: App = {
    sdk,
    fake,
    ours,
    auth,
    kill() {
      auth.close()
      timers.end()
    },
  }
  running.push(app)
  return app
}

async function signIn({ sdk }: App): Promise<string> {
  await sdk.signInAnonymously()
  return (await sdk.getAccessToken()).accessToken
}

const stateOf = (token: string): string | undefined =>
  mock.tokens().find((issued) => issued.token === token)?.state

const credentials = (device: Device): string | undefined => device.entries.get(`credentials_${env}`)

describe("the vendor's SDK beside ours", () => {
  test('cloudbaseSession: sees who is signed in, and both name the device alike', async () => {
    const device = createDevice()
    const app = await start(device)
    const token = await signIn(app)
    expect(app.auth.session.read()).toBe(token)
    expect(await app.auth.verifyToken(token)).toMatchObject({ active: true })
    expect(new Set(mock.requests().map(({ headers }) => headers['x-device-id'])).size).toBe(1)
  })

  test('signOut: the storage is empty, the SDK is signed out, and the token is dead', async () => {
    const device = createDevice()
    const app = await start(device)
    const token = await signIn(app)
    expect(await app.auth.signOut()).toEqual({ local: 'cleared', remote: 'revoked' })
    expect(credentials(device)).toBeUndefined()
    expect(JSON.stringify([...device.entries])).not.toContain(token)
    expect(stateOf(token)).toBe('revoked')
    await eventually(async () => expect(await app.sdk.getLoginState()).toBeNull())
  })

  test('signOut: after a refresh by the SDK, the new token dies, and the SDK can sign in again', async () => {
    const device = createDevice()
    const app = await start(device)
    const first = await signIn(app)
    await app.sdk.refreshSession()
    const second = app.auth.session.read() ?? ''
    expect(second).not.toBe(first)
    expect(await app.auth.signOut()).toEqual({ local: 'cleared', remote: 'revoked' })
    expect(stateOf(second)).toBe('revoked')
    const next = await signIn(app)
    expect(app.auth.session.read()).toBe(next)
    expect(stateOf(next)).toBe('active')
  })

  test('signOut: a refresh of the SDK that was in flight does not bring the session back', async () => {
    const device = createDevice()
    const app = await start(device)
    await signIn(app)
    const request = app.fake.wx.request.bind(app.fake.wx)
    let letGo: (() => void) | undefined
    const holding = vi.spyOn(app.fake.wx, 'request').mockImplementation((given) =>
      request({
        ...given,
        success(answer) {
          letGo = () => given.success(answer)
        },
      }),
    )
    const refreshed = app.sdk.refreshSession()
    await eventually(() => expect(letGo).toBeTypeOf('function'))
    holding.mockRestore()
    expect(await app.auth.signOut()).toEqual({ local: 'cleared', remote: 'revoked' })
    letGo?.()
    const late = (await refreshed).data.session?.access_token ?? ''
    expect(stateOf(late)).toBeTypeOf('string')
    await eventually(() => expect(credentials(device)).toBeUndefined())
    await eventually(() => expect(stateOf(late)).toBe('revoked'))
  })

  test("signOut: the SDK's listeners hear it, and ours hear a sign-in of the SDK", async () => {
    const device = createDevice()
    const app = await start(device)
    const heard: string[] = []
    const ours: string[] = []
    app.sdk.onAuthStateChange((event: string) => void heard.push(event))
    app.auth.onSessionEvent(({ type }) => void ours.push(type))
    await signIn(app)
    await eventually(() => expect(ours).toContain('signed_in'))
    await app.auth.signOut()
    await eventually(() => expect(heard).toContain('SIGNED_OUT'))
    expect(ours).toContain('signed_out')
  })
})

describe('a bad day', () => {
  test('under a 503: the session is gone at once, and the token dies once the service is back', async () => {
    const device = createDevice()
    const app = await start(device)
    const token = await signIn(app)
    const heal = mock.fail({ operation: 'revokeToken', status: 503 })
    expect(await app.auth.signOut()).toMatchObject({ local: 'cleared', remote: 'pending' })
    expect(credentials(device)).toBeUndefined()
    await eventually(async () => expect(await app.sdk.getLoginState()).toBeNull())
    heal()
    await eventually(() => expect(stateOf(token)).toBe('revoked'))
  })

  test("under a 503: the SDK's own sign-out keeps the session, and the token stays alive", async () => {
    const device = createDevice()
    const app = await start(device)
    const token = await signIn(app)
    const heal = mock.fail({ operation: 'revokeToken', status: 503 })
    const result: unknown = await app.sdk.signOut()
    heal()
    expect(result).toHaveProperty('error.message')
    expect(credentials(device)).toContain(token)
    expect(stateOf(token)).toBe('active')
    expect(await app.sdk.getLoginState()).not.toBeNull()
  })

  test('offline: the session is gone at once, and the token dies when the network is back', async () => {
    const device = createDevice()
    const app = await start(device)
    const token = await signIn(app)
    device.isOnline = false
    expect(await app.auth.signOut()).toMatchObject({ local: 'cleared', remote: 'pending' })
    expect(credentials(device)).toBeUndefined()
    device.isOnline = true
    app.fake.fire('NetworkStatusChange', { isConnected: true, networkType: '4g' })
    await eventually(() => expect(stateOf(token)).toBe('revoked'))
  })

  test('an app that is killed while it signs out: the next start is signed out, and the token dies', async () => {
    const device = createDevice()
    const app = await start(device)
    const token = await signIn(app)
    device.isOnline = false
    void app.auth.signOut()
    app.kill()
    device.isOnline = true
    const next = await start(device)
    expect(await next.sdk.getLoginState()).toBeNull()
    await eventually(() => expect(stateOf(token)).toBe('revoked'))
    await eventually(() => expect(next.auth.pendingRevocations()).toBe(0))
    expect(JSON.stringify([...device.entries])).not.toContain(token)
  })
})
