import { createAuthClient as createCoreClient } from '@tokenward/auth-core'
import { afterEach, expect, test, vi } from 'vitest'
import { createAuthClient } from '../../src/index.ts'

type Sent = readonly [url: string, init: RequestInit]

function recordFetch(): { sent: Sent[]; fetch: (url: string, init: RequestInit) => Promise<Response> } {
  const sent: Sent[] = []
  return {
    sent,
    fetch: async (url, init) => {
      sent.push([url, init])
      return new Response('{}', { headers: { 'content-type': 'application/json' } })
    },
  }
}

function comparable(sent: Sent[]): unknown {
  return sent.map(([url, { signal, ...init }]) => [url, init, signal instanceof AbortSignal])
}

afterEach(() => vi.unstubAllGlobals())

test('createAuthClient: adds a device id and nothing else to what core sends and answers', async () => {
  const [mine, cores] = [recordFetch(), recordFetch()]
  const deviceId = 'device-of-this-test'
  const web = createAuthClient({ env: 'shop', clientId: 'till', deviceId, fetch: mine.fetch })
  const core = createCoreClient({ env: 'shop', clientId: 'till', deviceId, fetch: cores.fetch })
  for (const method of ['verifyToken', 'revokeToken', 'revokeAndVerifyToken'] as const) {
    expect(await web[method]('opaque', { keepalive: true })).toEqual(
      await core[method]('opaque', { keepalive: true }),
    )
    expect((await web.withResponse[method]('opaque')).data).toEqual(
      (await core.withResponse[method]('opaque')).data,
    )
  }
  expect(mine.sent).toHaveLength(8)
  expect(comparable(mine.sent)).toEqual(comparable(cores.sent))
  expect(web.clientId).toBe('till')
})

test('createAuthClient: the platform is asked without cookies, referrer or cache', async () => {
  const { sent, fetch } = recordFetch()
  vi.stubGlobal('fetch', fetch)
  await createAuthClient({ env: 'shop' }).verifyToken('opaque')
  expect(sent).toHaveLength(1)
  expect(sent[0]?.[1]).toMatchObject({
    method: 'GET',
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'manual',
    headers: { 'x-device-id': expect.stringMatching(/^[0-9a-f]{32}$/) },
  })
})

test('invariant 9: importing touches nothing', async () => {
  const touched = vi.fn<() => undefined>()
  for (const name of ['fetch', 'addEventListener', 'BroadcastChannel', 'setTimeout', 'crypto'])
    vi.stubGlobal(name, touched)
  for (const name of ['localStorage', 'sessionStorage', 'document'])
    vi.stubGlobal(name, new Proxy({}, { get: touched }))
  vi.resetModules()
  await import('../../src/index.ts')
  expect(touched).not.toHaveBeenCalled()
})

test('createAuthClient: on a server it sends nothing, stores nothing and keeps no process alive', () => {
  const touched = vi.fn<() => undefined>()
  vi.stubGlobal('fetch', touched)
  vi.stubGlobal('BroadcastChannel', touched)
  vi.stubGlobal('setTimeout', touched)
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: touched })
  createAuthClient({ env: 'shop' })
  expect(touched).not.toHaveBeenCalled()
})

test.each(['Bun', 'Deno'])(
  'createAuthClient: on %s, which has events but no location, no channel keeps the process alive either',
  (server) => {
    const touched = vi.fn<() => undefined>()
    vi.stubGlobal('BroadcastChannel', touched)
    vi.stubGlobal('addEventListener', () => undefined)
    if (server === 'Deno') vi.stubGlobal('location', undefined)
    createAuthClient({ env: 'shop' })
    expect(touched).not.toHaveBeenCalled()
  },
)

test('createAuthClient: `using` ends the client with its block', () => {
  const listening = new Set<string>()
  vi.stubGlobal('addEventListener', (type: string) => listening.add(type))
  vi.stubGlobal('removeEventListener', (type: string) => listening.delete(type))
  {
    using auth = createAuthClient({ env: 'shop' })
    expect(auth.pendingRevocations()).toBe(0)
    expect(listening.size).toBeGreaterThan(0)
  }
  expect([...listening]).toEqual([])
})
