import { eventually } from '@tokenward/test-kit/eventually'
import { createFakeService } from '@tokenward/test-kit/fake-service'
import { afterEach, expect, test, vi } from 'vitest'
import { createAuthClient } from '../../src/index.ts'
import { mintToken } from '../bed/tokens.ts'

afterEach(() => void vi.unstubAllGlobals())

test('signOut: a request that the browser refuses with keepalive goes without it, once', async () => {
  const service = createFakeService()
  const sent: (boolean | undefined)[] = []
  vi.stubGlobal('fetch', (url: string, init: Parameters<typeof service.fetch>[1]) => {
    if (init.method === 'POST') sent.push(init.keepalive)
    if (init.keepalive) return Promise.reject(new TypeError('Failed to fetch'))
    return service.fetch(url, init)
  })
  const auth = createAuthClient({ env: 'shop' })
  auth.session.write(mintToken())
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(sent).toEqual([true, false])
})

test('close: of 100 revocations that wait, those beyond what requests may hold that outlive the page go without a body', async () => {
  const service = createFakeService()
  const requests: Parameters<typeof service.fetch>[1][] = []
  let isDown = true
  const fetch: typeof service.fetch = (url, init) => {
    if (isDown) return Promise.reject(new TypeError('offline'))
    requests.push(init)
    return service.fetch(url, init)
  }
  const auth = createAuthClient({ env: 'shop', fetch, maxRetries: 0 })
  const tokens = Array.from({ length: 100 }, () => mintToken({ sub: 'x'.repeat(600) }))
  for (const token of tokens) {
    auth.session.write(token)
    await auth.signOut()
  }
  isDown = false
  auth.close()
  await eventually(() => expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(100))
  const sent = requests.filter(({ method }) => method === 'POST')
  expect(sent.map(({ headers }) => headers.authorization)).toEqual(tokens.map((token) => `Bearer ${token}`))
  expect(sent.every(({ keepalive }) => keepalive)).toBe(true)
  const bodies = sent.map(({ body }) => body?.length ?? 0)
  expect(bodies.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(65_536)
  expect(bodies.filter((size) => size > 0).length).toBeGreaterThan(50)
  expect(bodies).toContain(0)
})

test('signOut: a failure of the network is not repeated for the sake of keepalive when the deadline has passed', async () => {
  const fetch = vi.fn<(url: string, init: { signal: AbortSignal }) => Promise<never>>(
    (_url, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new TypeError('aborted'))),
      ),
  )
  const auth = createAuthClient({ env: 'shop', fetch, maxRetries: 0 })
  auth.session.write(mintToken())
  await expect(auth.signOut({ timeoutMs: 20 })).resolves.toMatchObject({ error: { code: 'timeout' } })
  expect(fetch).toHaveBeenCalledTimes(1)
})

test('verifyToken: asks without keepalive', async () => {
  const service = createFakeService()
  await createAuthClient({ env: 'shop', fetch: service.fetch }).verifyToken(mintToken())
  expect(service.requests.map(({ keepalive }) => keepalive ?? false)).toEqual([false])
})

test('signOut: a platform without fetch is a mistake of the set-up, not an outage', async () => {
  vi.stubGlobal('fetch', undefined)
  const auth = createAuthClient({ env: 'shop' })
  auth.session.write(mintToken())
  await expect(auth.signOut()).resolves.toMatchObject({
    local: 'cleared',
    error: { code: 'configuration', argument: 'fetch' },
  })
})
