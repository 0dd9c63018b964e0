import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AuthApiError, AuthNetworkError, createAuthClient, type ResponseEvent } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

const active = { sub: '1' }

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

/** Runs the timers until the call has settled; resolves to the virtual milliseconds that it took. */
async function elapsed(call: Promise<unknown>): Promise<number> {
  const startedAt = Date.now()
  let endedAt: number | undefined
  const end = (): void => {
    endedAt ??= Date.now()
  }
  call.then(end, end)
  while (endedAt === undefined) await vi.advanceTimersByTimeAsync(1)
  return endedAt - startedAt
}

describe('what is tried again', () => {
  test.each([408, 429, 502, 503, 504])('verifyToken: %i is tried again', async (status) => {
    const service = fakeService(new Response(null, { status }), json(active))
    const call = clientOver(service, { maxRetries: 2 }).verifyToken(mintToken())
    await elapsed(call)
    await expect(call).resolves.toMatchObject({ active: true })
  })

  test('verifyToken: a network failure is tried again', async () => {
    const service = fakeService(new TypeError('fetch failed'), json(active))
    const call = clientOver(service, { maxRetries: 2 }).verifyToken(mintToken())
    await elapsed(call)
    await expect(call).resolves.toMatchObject({ active: true })
  })

  test('verifyToken: a connection that breaks within the body is tried again', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) })
    const service = fakeService(new Response(broken), json(active))
    const call = clientOver(service, { maxRetries: 2 }).verifyToken(mintToken())
    await elapsed(call)
    await expect(call).resolves.toMatchObject({ active: true })
  })

  test('revokeToken: is tried again with the same request', async () => {
    const service = fakeService(new Response(null, { status: 503 }), json({}))
    const call = clientOver(service, { maxRetries: 2 }).revokeToken(mintToken())
    await elapsed(call)
    await expect(call).resolves.toEqual({ outcome: 'revoked' })
    const [first, second] = service.requests
    // Each try can be aborted on its own.
    const signal: unknown = expect.any(AbortSignal)
    expect(second).toEqual({ ...first, init: { ...first?.init, signal } })
  })

  test.each([400, 401, 403, 404, 500, 501])('verifyToken: %i is final', async (status) => {
    const service = fakeService(new Response(null, { status }))
    const call = clientOver(service, { maxRetries: 2 }).verifyToken(mintToken())
    await elapsed(call)
    await expect(call).rejects.toBeInstanceOf(AuthApiError)
  })

  test('verifyToken: an answer that cannot be trusted is final', async () => {
    const service = fakeService(new Response('<html>'))
    const call = clientOver(service, { maxRetries: 2 }).verifyToken(mintToken())
    await elapsed(call)
    await expect(call).rejects.toMatchObject({ code: 'response' })
  })
})

test('verifyToken: gives up after maxRetries with the last answer', async () => {
  const service = fakeService(...[1, 2, 3].map((n) => json({ error: `e${n}` }, 503)))
  const call = clientOver(service, { maxRetries: 2 }).verifyToken(mintToken())
  await elapsed(call)
  await expect(call).rejects.toMatchObject({ code: 'api', status: 503, error: 'e3' })
})

test('verifyToken: gives up after maxRetries with the last network failure', async () => {
  const refused = new TypeError('fetch failed', {
    cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
  })
  const service = fakeService(refused, refused)
  const call = clientOver(service, { maxRetries: 1 }).verifyToken(mintToken())
  await elapsed(call)
  await expect(call).rejects.toBeInstanceOf(AuthNetworkError)
  await expect(call).rejects.toMatchObject({ code: 'network', reason: 'ECONNREFUSED' })
})

test.each([
  ['ECONNRESET', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
  ['ECONNRESET', Object.assign(new Error('x', { cause: 'y' }), { code: 'ECONNRESET' })],
  ['NetworkError', new DOMException('x', 'NetworkError')],
  ['TypeError', new TypeError('Failed to fetch')],
  [undefined, null],
])("verifyToken: a network failure has the platform's word for it, here %s", async (reason, failure) => {
  const fetch = (): Promise<never> => Promise.reject(failure)
  const call = createAuthClient({ env: 'my-env', fetch, maxRetries: 0 }).verifyToken(mintToken())
  await expect(call).rejects.toMatchObject({ code: 'network', reason })
})

test.each([new ReferenceError('x is not defined'), new RangeError('Maximum call stack size exceeded')])(
  'verifyToken: a fetch that throws %o is a mistake of the program, and no outage',
  async (failure) => {
    const fetch = vi.fn<() => Promise<never>>(() => Promise.reject(failure))
    const call = createAuthClient({ env: 'my-env', fetch }).verifyToken(mintToken())
    await expect(call).rejects.toMatchObject({
      code: 'configuration',
      message: `fetch threw a ${failure.name}`,
    })
    expect(fetch).toHaveBeenCalledOnce()
  },
)

describe('the pauses', () => {
  test('verifyToken: pauses grow, with full jitter', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(1)
    const service = fakeService(...[1, 2, 3].map(() => new Response(null, { status: 503 })), json(active))
    const longest = await elapsed(clientOver(service, { maxRetries: 3 }).verifyToken(mintToken()))
    expect(longest).toBe(200 + 400 + 800)
    random.mockReturnValue(0)
    const again = fakeService(...[1, 2, 3].map(() => new Response(null, { status: 503 })), json(active))
    expect(await elapsed(clientOver(again, { maxRetries: 3 }).verifyToken(mintToken()))).toBeLessThan(10)
    random.mockRestore()
  })

  test('verifyToken: Retry-After in seconds decides the pause', async () => {
    const service = fakeService(
      new Response(null, { status: 429, headers: { 'retry-after': '3' } }),
      json(active),
    )
    const took = await elapsed(clientOver(service, { maxRetries: 1 }).verifyToken(mintToken()))
    expect(took).toBe(3_000)
  })

  test.each([
    'Thu, 01 Jan 2026 00:00:04 GMT',
    'Thursday, 01-Jan-26 00:00:04 GMT',
    'Thu Jan  1 00:00:04 2026',
  ])('verifyToken: Retry-After as the date %j decides the pause, in any time zone', async (date) => {
    vi.stubEnv('TZ', 'Asia/Shanghai')
    vi.setSystemTime(new Date('2026-01-01T00:00:00Z'))
    const headers = { 'retry-after': date }
    const service = fakeService(new Response(null, { status: 503, headers }), json(active))
    const took = await elapsed(clientOver(service, { maxRetries: 1 }).verifyToken(mintToken()))
    expect(took).toBe(4_000)
  })

  test.each([
    '-1',
    '1e9',
    '99999999999999999999',
    'soon',
    '',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    '1.5',
    '0x10',
  ])('verifyToken: an absurd Retry-After (%j) is ignored', async (value) => {
    const service = fakeService(
      new Response(null, { status: 503, headers: { 'retry-after': value } }),
      json(active),
    )
    const took = await elapsed(clientOver(service, { maxRetries: 1 }).verifyToken(mintToken()))
    expect(took).toBeLessThan(201)
  })

  test('verifyToken: a pause that would outlast the deadline ends the call at once, with what is known', async () => {
    const service = fakeService(new Response(null, { status: 503, headers: { 'retry-after': '60' } }))
    const call = clientOver(service, { maxRetries: 2, timeoutMs: 10_000 }).verifyToken(mintToken())
    expect(await elapsed(call)).toBeLessThan(10)
    await expect(call).rejects.toMatchObject({ code: 'api', status: 503, retryAfterMs: 60_000 })
  })
})

test('verifyToken: a pause may take more than half of the time', async () => {
  const service = fakeService(
    new Response(null, { status: 503, headers: { 'retry-after': '9' } }),
    json(active),
  )
  const call = clientOver(service, { maxRetries: 2, timeoutMs: 10_000 }).verifyToken(mintToken())
  expect(await elapsed(call)).toBe(9_000)
  await expect(call).resolves.toMatchObject({ active: true })
})

test('verifyToken: a pause that would take all the time that is left ends the call at once, too', async () => {
  const service = fakeService(new Response(null, { status: 503, headers: { 'retry-after': '10' } }))
  const call = clientOver(service, { maxRetries: 2, timeoutMs: 10_000 }).verifyToken(mintToken())
  expect(await elapsed(call)).toBeLessThan(10)
  await expect(call).rejects.toMatchObject({ code: 'api', status: 503, retryAfterMs: 10_000 })
})

test('onResponse: tells how long the try took, in milliseconds', async () => {
  const seen: number[] = []
  const answerLate = async (): Promise<Response> => {
    await new Promise((resolve) => setTimeout(resolve, 30))
    return json(active)
  }
  const options = { onResponse: ({ durationMs }: ResponseEvent) => void seen.push(durationMs) }
  await vi.advanceTimersByTimeAsync(500)
  await elapsed(clientOver(fakeService(answerLate), options).verifyToken(mintToken()))
  expect(seen).toEqual([30])
})

test('the observer sees each try, and never the token', async () => {
  const seen: object[] = []
  const service = fakeService(
    new TypeError('fetch failed'),
    json({ error: 'unavailable' }, 503, { 'x-request-id': 'r-2' }),
    json(active),
  )
  const client = clientOver(service, {
    maxRetries: 2,
    onRequest: (event) => seen.push(event),
    onResponse: ({ durationMs, ...event }: ResponseEvent) => seen.push({ ...event, timed: durationMs >= 0 }),
  })
  const token = mintToken()
  const call = client.verifyToken(token)
  await elapsed(call)
  await call
  const request = { operation: 'verifyToken', method: 'GET', path: '/auth/v1/token/introspect' }
  const networkError: unknown = expect.objectContaining({ code: 'network', reason: 'TypeError' })
  const unavailable: unknown = expect.objectContaining({ code: 'api', status: 503, requestId: 'r-2' })
  expect(seen).toEqual([
    { ...request, attempt: 1 },
    { ...request, attempt: 1, status: undefined, requestId: undefined, timed: true, error: networkError },
    { ...request, attempt: 2 },
    { ...request, attempt: 2, status: 503, requestId: 'r-2', timed: true, error: unavailable },
    { ...request, attempt: 3 },
    { ...request, attempt: 3, status: 200, requestId: undefined, timed: true, error: undefined },
  ])
  expect(JSON.stringify(seen)).not.toContain(token.slice(-20))
})

test('an observer that throws changes nothing', async () => {
  const fail = (): never => {
    throw new Error('observer')
  }
  const client = clientOver(fakeService(json(active)), { onRequest: fail, onResponse: fail })
  await expect(client.verifyToken(mintToken())).resolves.toMatchObject({ active: true })
})
