import { inspect } from 'node:util'
import createClient from 'openapi-fetch'
import { describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest'
import type { Fetch, ResponseEvent } from '../../src/index.ts'
import type { components } from '../../src/openapi.ts'
import { clientOver, fakeService, json, mintToken, type Reply, silence } from '../fake-service.ts'

const introspect = '/auth/v1/token/introspect'
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` })

test('auth.api: sends what the spec says, over the fetch of the client', async () => {
  const service = fakeService(json({ sub: '1', scope: 'user' }))
  const token = mintToken()
  const { data, error, response } = await clientOver(service).api.GET(introspect, {
    params: { query: { client_id: 'app' }, header: { 'x-device-id': 'till-7' } },
    headers: bearer(token),
  })
  expect(data).toEqual({ sub: '1', scope: 'user' })
  expect(error).toBeUndefined()
  expect(response.status).toBe(200)
  expect(service.requests).toEqual([
    {
      url: `https://my-env.api.tcloudbasegateway.com${introspect}?client_id=app`,
      init: {
        method: 'GET',
        headers: { authorization: `Bearer ${token}`, 'x-device-id': 'till-7' },
        body: null,
        signal: expect.any(AbortSignal),
        redirect: 'manual',
        isRepeatable: true,
      },
    },
  ])
})

test('types: auth.api knows the data of each operation', () => {
  const { api } = clientOver(fakeService())
  const ask = (): ReturnType<typeof api.GET<typeof introspect, object>> => api.GET(introspect)
  type Data = NonNullable<Awaited<ReturnType<typeof ask>>['data']>
  expectTypeOf<Data>().not.toBeAny()
  expectTypeOf<Data>().toEqualTypeOf<
    components['schemas']['TokenInfo'] | components['schemas']['InactiveToken']
  >()
  // @ts-expect-error the spec has no such path
  expectTypeOf(() => api.GET('/auth/v1/nowhere')).toBeFunction()
})

test("auth.api: has every method of openapi-fetch's client", () => {
  expect(Object.keys(clientOver(fakeService()).api).sort()).toEqual(Object.keys(createClient()).sort())
})

test('auth.api: request takes the method in small letters', async () => {
  const service = fakeService(json({ sub: '1' }))
  await expect(clientOver(service).api.request('get', introspect)).resolves.toMatchObject({
    data: { sub: '1' },
  })
  expect(service.requests[0]?.init.method).toBe('GET')
})

test('auth.api: a platform without the class Request is told what is missing', async () => {
  vi.stubGlobal('Request', undefined)
  onTestFinished(() => void vi.unstubAllGlobals())
  await expect(clientOver(fakeService()).api.GET(introspect)).rejects.toMatchObject({
    code: 'configuration',
    message: 'api needs the class Request of the platform, which is missing here',
  })
})

test.each([
  [199, { error: {} }],
  [200, { data: {} }],
  [299, { data: {} }],
  [400, { error: {} }],
])('auth.api: status %i gives %j', async (status, result) => {
  const text = (): Promise<string> => Promise.resolve('{}')
  const fetch: Fetch = () => Promise.resolve({ status, headers: new Headers(), text })
  const { response, ...given } = await clientOver({ requests: [], fetch }).api.GET(introspect)
  expect(given).toEqual(result)
  expect(response.status).toBe(status)
})

test('auth.api: an empty success has no data', async () => {
  const service = fakeService(new Response(''), new Response(null, { status: 204 }))
  const { api } = clientOver(service)
  for (const status of [200, 204]) {
    const { data, error, response } = await api.GET(introspect)
    expect([data, error, response.status]).toEqual([undefined, undefined, status])
  }
})

test('auth.api: an outage whose body is too large has no text', async () => {
  const service = fakeService(new Response('x'.repeat(65_537), { status: 502 }))
  await expect(clientOver(service).api.GET(introspect)).resolves.toMatchObject({ error: '' })
})

test('auth.api: gives no verdict on a dead token, and on an outage no error but the answer itself', async () => {
  const service = fakeService(
    json({ error: 'unauthenticated', error_code: 16 }, 401),
    new Response('<h1>', { status: 502 }),
  )
  const { api } = clientOver(service)
  const dead = await api.GET(introspect, { headers: bearer(mintToken()) })
  expect(dead).toMatchObject({ error: { error_code: 16 }, response: { status: 401 } })
  const down = await api.GET(introspect, { headers: bearer(mintToken()) })
  expect(down).toMatchObject({ error: '<h1>', response: { status: 502 } })
})

test('auth.api: GET is repeated after a failure, POST is sent once', async () => {
  const service = fakeService(new Error('broken'), json({}), new Error('broken'))
  const { api } = clientOver(service, { maxRetries: 1 })
  await expect(api.GET(introspect)).resolves.toMatchObject({ data: {} })
  await expect(api.POST('/auth/v1/revoke')).rejects.toMatchObject({
    code: 'network',
    operation: 'revokeToken',
  })
})

test("auth.api: the platform's word for a failure is shown as it is", async () => {
  const service = fakeService(Object.assign(new Error('broken'), { code: 'ECONNRESET' }))
  const call = clientOver(service).api.GET(introspect, { headers: bearer(mintToken()) })
  await expect(call).rejects.toMatchObject({ code: 'network', reason: 'ECONNRESET' })
})

describe('what auth.api does not believe', () => {
  test.each([
    ['a redirect', new Response(null, { status: 302, headers: { location: '/' } }), 'redirect'],
    ['a sign-in page', new Response('<h1>', { headers: { 'content-type': 'text/html' } }), 'not_json'],
    ['cut-off JSON', new Response('{"sub":"1'), 'not_json'],
    ['more than 64 KiB', new Response(' '.repeat(65_537)), 'too_large'],
  ])('auth.api: %s throws AuthResponseError', async (_name, answer, reason) => {
    const result = clientOver(fakeService(answer)).api.GET(introspect)
    await expect(result).rejects.toMatchObject({ code: 'response', operation: 'verifyToken', reason })
  })
})

test('auth.api: the deadline of the client holds, and the abort of the caller', async () => {
  const service = fakeService(silence, silence)
  const { api } = clientOver(service, { timeoutMs: 5_000 })
  const quick = clientOver(service, { timeoutMs: 30 })
  await expect(quick.api.GET(introspect)).rejects.toMatchObject({ code: 'timeout', operation: 'verifyToken' })
  const controller = new AbortController()
  const result = api.GET(introspect, { signal: controller.signal })
  await vi.waitFor(() => expect(service.requests).toHaveLength(2))
  controller.abort('left')
  await expect(result).rejects.toBe('left')
})

test.each([null, 0, '', false])(
  'auth.api: rejects with %j, where the caller aborts with that reason',
  async (reason) => {
    const controller = new AbortController()
    const onError = vi.fn<() => void>()
    const { api } = clientOver(fakeService(silence))
    api.use({ onError })
    const result = api.GET(introspect, { signal: controller.signal })
    setTimeout(() => controller.abort(reason))
    await expect(result).rejects.toBe(reason)
    expect(onError).toHaveBeenCalledOnce()
  },
)

test('auth.api: middleware may replace a reason that is falsy', async () => {
  const { api } = clientOver(fakeService())
  const replacement = new Error('the caller left')
  api.use({ onError: () => replacement })
  const result = api.GET(introspect, { signal: AbortSignal.abort(null) })
  await expect(result).rejects.toBe(replacement)
})

test("auth.api: reads JSON or text, and leaves the answer's text in place", async () => {
  const service = fakeService(json({ sub: '1' }), json({ sub: '1' }))
  const { api } = clientOver(service)
  const { data, response } = await api.GET(introspect, { parseAs: 'text' })
  expect([data, await response.text(), await response.clone().json()]).toEqual([
    '{"sub":"1"}',
    '{"sub":"1"}',
    { sub: '1' },
  ])
  await expect(api.GET(introspect, { parseAs: 'json' })).resolves.toMatchObject({ data: { sub: '1' } })
})

test.each(['stream', 'blob', 'arrayBuffer'] as const)(
  'auth.api: %s is no way to read an answer',
  async (parseAs) => {
    await expect(clientOver(fakeService()).api.GET(introspect, { parseAs })).rejects.toMatchObject({
      argument: 'parseAs',
      message: `parseAs must be "json" or "text", not "${parseAs}"`,
    })
  },
)

test('auth.api: its middleware is for its own calls alone', async () => {
  const service = fakeService(json({ sub: '1' }), json({ sub: '1' }))
  const auth = clientOver(service)
  auth.api.use({
    onRequest: ({ request }) => {
      request.headers.set('x-request-id', 'mine')
      return request
    },
  })
  await auth.api.GET(introspect)
  await auth.verifyToken(mintToken())
  expect(service.requests.map(({ init }) => init.headers['x-request-id'])).toEqual(['mine', undefined])
})

test('auth.api: middleware that was taken off again is not run', async () => {
  const service = fakeService(json({ sub: '1' }))
  const { api } = clientOver(service)
  const onRequest = vi.fn<() => undefined>()
  const middleware = { onRequest }
  api.use(middleware)
  api.eject(middleware)
  await api.GET(introspect)
  expect(onRequest).not.toHaveBeenCalled()
})

test('auth.api: null in place of the options of a call is none, and what is no method is refused', async () => {
  const { api } = clientOver(fakeService(json({ sub: '1' })))
  await expect(api.GET(introspect, null as never)).resolves.toMatchObject({ data: { sub: '1' } })
  await expect(api.request(null as never, introspect)).rejects.toMatchObject({ argument: 'path' })
})

const notOfACall = 'is an option of the client, not of a call of its api'
const unsendable = 'hold a name or a value that cannot be sent'
test.each([
  ['another address', { baseUrl: 'https://secret.example' }, 'baseUrl', notOfACall],
  ['another fetch', { fetch: () => Promise.resolve(new Response()) }, 'fetch', notOfACall],
  ['a header with a line break', { headers: { authorization: 'Bearer secret\nx' } }, 'headers', unsendable],
  ['a header name that cannot be one', { headers: { 'secret\n': 'x' } }, 'headers', unsendable],
  [
    'a header of the spec with a line break',
    { params: { header: { 'x-device-id': 'secret\nx' } } },
    'headers',
    unsendable,
  ],
])(
  'auth.api: %s is refused before anything is sent, without showing it',
  async (_name, init, argument, rule) => {
    const error: unknown = await clientOver(fakeService())
      .api.GET(introspect, init)
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'configuration', argument, message: `${argument} ${rule}` })
    expect(inspect(error, { showHidden: true })).not.toContain('secret')
  },
)

test('auth.api: middleware cannot send the token to another address', async () => {
  const { api } = clientOver(fakeService())
  api.use({ onRequest: ({ request }) => new Request('https://evil.example/', request) })
  await expect(api.GET(introspect)).rejects.toMatchObject({
    code: 'configuration',
    message: 'url must stay an address of the service',
  })
})

test.each([
  ['in its query', (token: string) => `${introspect}?access_token=${token}`, `"${introspect}…"`],
  ['as one of its parts', (token: string) => `/auth/v1/${token}`, '"/auth/v1/…"'],
])('auth.api: a path with a token %s is refused without the token', async (_place, pathOf, shown) => {
  const untyped = clientOver(fakeService()).api as unknown as { GET(path: string): Promise<unknown> }
  await expect(untyped.GET(pathOf(mintToken()))).rejects.toMatchObject({
    argument: 'path',
    message: `path must be a path of the spec for GET, not ${shown}`,
  })
})

test.each(['/auth/v1/nowhere', '/auth/v1/revoke'])(
  'auth.api: %s, which the spec does not have for GET, is refused',
  async (path) => {
    const untyped = clientOver(fakeService()).api as unknown as { GET(path: string): Promise<unknown> }
    await expect(untyped.GET(path)).rejects.toMatchObject({ code: 'configuration', argument: 'path' })
  },
)

describe('a token never appears in an error of auth.api', () => {
  const replies: [string, (token: string) => Reply][] = [
    ['a failure whose code quotes it', (t) => Object.assign(new Error(t), { code: t, cause: { code: t } })],
    ['a failure that quotes its end', (t) => Object.assign(new Error('x'), { code: t.slice(-40) })],
    ['a 200 that is no JSON and quotes it', (t) => new Response(t)],
    [
      'a redirect with an id that quotes it',
      (t) => new Response(t, { status: 302, headers: { 'x-request-id': t } }),
    ],
  ]
  test.each(replies)('auth.api: after %s', async (_name, reply) => {
    for (const place of ['header', 'body', 'query']) {
      const token = mintToken({ secret: 'only-in-the-payload' })
      const events: unknown[] = []
      const { api } = clientOver(fakeService(reply(token)), { onResponse: (event) => events.push(event) })
      const init = {
        ...(place === 'header' && { headers: bearer(token) }),
        ...(place === 'body' && { body: { token } }),
        ...(place === 'query' && { params: { query: { client_id: token } } }),
      }
      const error: unknown = await api.POST('/auth/v1/revoke', init).catch((reason: unknown) => reason)
      const seen =
        inspect([error, events], { depth: null, showHidden: true }) + String((error as Error).stack)
      for (const secret of [token, ...token.split('.'), token.slice(-30)]) expect(seen).not.toContain(secret)
    }
  })
})

test('auth.api: an observer hears of an answer that is no error', async () => {
  const events: ResponseEvent[] = []
  const { api } = clientOver(fakeService(json({ sub: '1' })), { onResponse: (event) => events.push(event) })
  const { data } = await api.GET('/auth/v1/token/introspect')
  expect(data).toEqual({ sub: '1' })
  expect(events).toMatchObject([{ status: 200, error: undefined }])
})
