// From the source, over a made-up `wx`: what the realms cannot see from outside.
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  cloudbaseSession,
  createAuthClient,
  type MiniProgram,
  wxStorageSession,
} from '../../src/miniprogram.ts'
import { createDevice, createTimers, type Device } from '../realms/device.ts'
import { createFakeWx, type FakeWx } from '../realms/fake-wx.ts'
import { mintToken } from '../bed/tokens.ts'

let mock: AuthMock
let device: Device
let fake: FakeWx
beforeAll(async () => {
  mock = await startAuthMock({ clientId: 'shop' })
})
beforeEach(() => {
  mock.reset()
  device = createDevice()
  fake = createFakeWx(device, createTimers())
})
afterEach(() => void vi.unstubAllGlobals())
afterAll(() => mock.close())

const open = (platform: MiniProgram = fake.wx): ReturnType<typeof createAuthClient> =>
  createAuthClient({
    baseUrl: mock.url,
    platform,
    session: wxStorageSession({ key: 'token', platform }),
    maxRetries: 0,
  })

test('createAuthClient: without a global wx and a platform, the mistake is named at once', () => {
  for (const create of [
    () => createAuthClient({ env: 'shop' }),
    () => wxStorageSession({ key: 'token' }),
    () => cloudbaseSession({ env: 'shop' }),
  ])
    expect(create).toThrow('platform is required without a global wx: give uni or Taro')
})

test('createAuthClient: a method of the platform that is missing is named at once', () => {
  const platform: MiniProgram = { ...fake.wx }
  Reflect.deleteProperty(platform, 'request')
  expect(() => createAuthClient({ env: 'shop', platform })).toThrow('platform has no method request')
})

test('createAuthClient: an option that does not exist is refused by name', () => {
  const options = { env: 'shop', platform: fake.wx, plattform: 1 }
  expect(() => createAuthClient(options)).toThrow('plattform is not an option of createAuthClient')
  expect(() => wxStorageSession({ key: '', platform: fake.wx })).toThrow(
    'key must be the name of a storage entry',
  )
})

test('createAuthClient: the global wx is the default', async () => {
  vi.stubGlobal('wx', fake.wx)
  const auth = createAuthClient({ baseUrl: mock.url, session: wxStorageSession({ key: 'token' }) })
  const token = mock.issueToken()
  auth.session.write(token)
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  auth.close()
})

test('verifyToken: asks for bytes, follows no redirect, and sends no body with a GET', async () => {
  await open().verifyToken(mock.issueToken())
  expect(fake.requests).toHaveLength(1)
  expect(fake.requests[0]).toMatchObject({ method: 'GET', responseType: 'arraybuffer', redirect: 'manual' })
  expect(fake.requests[0]).not.toHaveProperty('data')
})

test('verifyToken: a redirect is no answer', async () => {
  mock.fail({ operation: 'verifyToken', redirectTo: 'https://elsewhere.example/' })
  await expect(open().verifyToken(mintToken())).rejects.toMatchObject({
    code: 'response',
    reason: 'redirect',
  })
})

test('verifyToken: the platform says why it failed, in the error', async () => {
  const request: MiniProgram['request'] = ({ fail }) =>
    fail({ errMsg: 'request:fail url not in domain list' })
  await expect(open({ ...fake.wx, request }).verifyToken(mintToken())).rejects.toMatchObject({
    code: 'network',
    reason: 'request:fail url not in domain list',
  })
})

test('verifyToken: a platform that answers with text is understood, and one that answers with an object is a mistake', async () => {
  const answer =
    (data: string | object): MiniProgram['request'] =>
    ({ success }) =>
      success({ statusCode: 200, header: {}, data })
  const ask = (data: string | object): Promise<unknown> =>
    open({ ...fake.wx, request: answer(data) }).verifyToken(mintToken())
  await expect(ask('{"sub":"1"}')).resolves.toMatchObject({ active: true })
  await expect(ask('{"sub":"\uFFFD"}')).rejects.toMatchObject({ code: 'response', reason: 'not_json' })
  await expect(ask({ sub: '1' })).rejects.toMatchObject({ code: 'configuration', argument: 'platform' })
})

test('verifyToken: the abort of the caller aborts the task', async () => {
  mock.fail({ operation: 'verifyToken', delayMs: 5_000 })
  const abort = vi.fn<() => void>()
  const request: MiniProgram['request'] = (given) => {
    const task = fake.wx.request(given)
    return {
      abort() {
        abort()
        task?.abort?.()
      },
    }
  }
  const controller = new AbortController()
  const asked = open({ ...fake.wx, request }).verifyToken(mintToken(), { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
  expect(abort).toHaveBeenCalledTimes(1)
})

test("verifyToken: a task that is a promise as well, as Taro's is, leaves no rejection behind", async () => {
  const unhandled = vi.fn<(reason: unknown) => void>()
  process.on('unhandledRejection', unhandled)
  const request: MiniProgram['request'] = ({ fail }) => {
    setTimeout(() => fail({ errMsg: 'request:fail' }))
    return Object.assign(Promise.reject(new Error('request:fail')), { abort: () => undefined })
  }
  await expect(open({ ...fake.wx, request }).verifyToken(mintToken())).rejects.toMatchObject({
    code: 'network',
  })
  await new Promise((resolve) => setTimeout(resolve))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

test('close: takes its listeners from the app again', () => {
  const auth = open()
  const events = ['AppShow', 'AppHide', 'NetworkStatusChange'] as const
  const before = events.map(fake.listeners)
  auth.onSessionEvent(() => undefined)
  const other = open()
  expect(fake.listeners('AppShow')).toBeGreaterThan(before[0] ?? 0)
  auth.close()
  other.close()
  // What remains belongs to the app: whether it is seen.
  expect(events.map(fake.listeners)).toEqual([1, 1, 0])
})

test('close: an app that cannot take listeners back calls them in vain', async () => {
  const platform = { ...fake.wx }
  for (const name of ['offAppShow', 'offAppHide', 'offNetworkStatusChange'] as const)
    Reflect.deleteProperty(platform, name)
  const auth = open(platform)
  auth.session.write(mock.issueToken())
  device.isOnline = false
  await auth.signOut()
  auth.close()
  device.isOnline = true
  const sent = fake.requests.length
  fake.fire('NetworkStatusChange', { isConnected: true })
  fake.fire('AppShow')
  await new Promise((resolve) => setTimeout(resolve))
  expect(fake.requests.length).toBe(sent)
})

test('onAppHide: what waits is sent once more, before the app may be killed', async () => {
  const auth = open()
  const token = mock.issueToken()
  auth.session.write(token)
  device.isOnline = false
  await auth.signOut()
  device.isOnline = true
  fake.fire('AppHide')
  await eventually(() => expect(mock.tokens()[0]?.state).toBe('revoked'))
  auth.close()
})

test('storage: an app with many entries is asked for its keys once a look', () => {
  for (let index = 0; index < 100; index += 1) device.entries.set(`key ${index}`, 'value')
  const look = vi.spyOn(fake.wx, 'getStorageInfoSync')
  const auth = open()
  look.mockClear()
  auth.pendingRevocations()
  expect(look).toHaveBeenCalledTimes(1)
  auth.close()
})

test('signOut: where storage is full, the token and what waits are kept for as long as the app runs', async () => {
  const setStorageSync = (): never => {
    throw new Error('setStorageSync:fail exceed storage max size')
  }
  const auth = open({ ...fake.wx, setStorageSync })
  const token = mock.issueToken()
  auth.session.write(token)
  expect(auth.session.read()).toBe(token)
  device.isOnline = false
  expect(await auth.signOut()).toMatchObject({ local: 'cleared', remote: 'pending' })
  expect([auth.session.read(), auth.pendingRevocations()]).toEqual([undefined, 1])
  expect(device.entries.size).toBe(0)
  device.isOnline = true
  fake.fire('NetworkStatusChange', { isConnected: true })
  await eventually(() => expect(auth.pendingRevocations()).toBe(0))
  expect(mock.tokens()[0]?.state).toBe('revoked')
  auth.close()
})

test('signOut: a request that answers with an object that is parsed already is named as a mistake at once', async () => {
  const platform: MiniProgram = {
    ...fake.wx,
    request: (request) => fake.wx.request({ ...request, success: () => request.success(parsed) }),
  }
  const parsed = { statusCode: 200, header: {}, data: { sub: '42' } }
  const auth = open(platform)
  auth.session.write(mock.issueToken())
  await expect(auth.signOut()).resolves.toMatchObject({
    local: 'cleared',
    remote: 'pending',
    error: { code: 'configuration', argument: 'platform' },
  })
})

test.each([null, 'window', {}])('createAuthClient: %o is no pendingStore', (pendingStore) => {
  expect(() =>
    createAuthClient({ env: 'shop', platform: fake.wx, pendingStore: pendingStore as never }),
  ).toThrow(expect.objectContaining({ code: 'configuration', argument: 'pendingStore' }))
})
