import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  AuthApiError,
  AuthConfigurationError,
  AuthResponseError,
  AuthTokenStillActiveError,
  onTokenRevoked,
} from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken, silence } from '../fake-service.ts'

test('revokeToken: the whole request is one POST that names the token in both known forms', async () => {
  const service = fakeService(json({}))
  const token = mintToken()
  await clientOver(service, { clientId: 'app', deviceId: () => 'device_123456' }).revokeToken(token)
  expect(service.requests).toEqual([
    {
      url: 'https://my-env.api.tcloudbasegateway.com/auth/v1/revoke?client_id=app',
      init: {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'x-device-id': 'device_123456',
        },
        body: JSON.stringify({ token }),
        signal: expect.any(AbortSignal),
        redirect: 'manual',
        isRepeatable: true,
      },
    },
  ])
})

test('revokeToken: keepalive is handed to fetch', async () => {
  const service = fakeService(json({}))
  await clientOver(service).revokeToken(mintToken(), { keepalive: true })
  expect(service.requests[0]?.init).toHaveProperty('keepalive', true)
})

test.each([{}, [], null, 'ok', { result: true }])('revokeToken: 200 with %j means revoked', async (body) => {
  const service = fakeService(json(body))
  await expect(clientOver(service).revokeToken(mintToken())).resolves.toEqual({ outcome: 'revoked' })
})

test.each([
  [400, { error: 'failed_precondition', error_code: 9 }],
  [401, { error: 'unauthenticated', error_code: 16 }],
  [401, { code: 'ACCESS_TOKEN_EXPIRED', message: 'expired' }],
])('revokeToken: %i %j means that the token was dead before', async (status, body) => {
  const service = fakeService(json(body, status))
  await expect(clientOver(service).revokeToken(mintToken())).resolves.toEqual({ outcome: 'already_inactive' })
})

describe('a revocation that was not confirmed', () => {
  const unknown: [string, Response, typeof AuthApiError | typeof AuthResponseError][] = [
    ['an empty 200', new Response(''), AuthResponseError],
    ['204', new Response(null, { status: 204 }), AuthResponseError],
    ['HTML with 200', new Response('<h1>Sign in to the Wi-Fi</h1>'), AuthResponseError],
    ['a redirect', new Response(null, { status: 307, headers: { location: '/' } }), AuthResponseError],
    ['an error with 200', json({ code: 'PERMISSION_DENIED', message: '' }), AuthApiError],
    ['MISSING_CREDENTIALS', json({ code: 'MISSING_CREDENTIALS', message: '' }, 401), AuthApiError],
    ['403', json({ error: 'permission_denied', error_code: 7 }, 403), AuthApiError],
    ['404', json({ code: 'INVALID_PATH', message: '' }, 404), AuthApiError],
    ['500', json({ error: 'internal', error_code: 13 }, 500), AuthApiError],
    ['an empty 503', new Response(null, { status: 503 }), AuthApiError],
  ]
  test.each(unknown)('revokeToken: %s throws', async (_name, answer, type) => {
    const result = clientOver(fakeService(answer)).revokeToken(mintToken())
    await expect(result).rejects.toBeInstanceOf(type)
    await expect(result).rejects.toMatchObject({ operation: 'revokeToken' })
  })
})

test('revokeToken: a token that has expired by this clock is revoked all the same', async () => {
  const service = fakeService(json({}))
  const result = clientOver(service).revokeToken(mintToken({ exp: 1 }))
  await expect(result).resolves.toEqual({ outcome: 'revoked' })
})

describe.each(['revokeToken', 'revokeAndVerifyToken'] as const)('%s', (operation) => {
  test.each(['', 'Bearer abc', 'a b', undefined])(
    '%j is refused, because nothing would be revoked',
    async (token) => {
      const result = clientOver(fakeService())[operation](token as string)
      await expect(result).rejects.toBeInstanceOf(AuthConfigurationError)
      await expect(result).rejects.toMatchObject({ argument: 'token' })
    },
  )
})

test('revokeToken: tells who listens of the revocations of every client, and stops when asked to', async () => {
  const heard: string[] = []
  const stop = onTokenRevoked((token) => heard.push(token))
  const token = mintToken()
  await clientOver(fakeService(json({}))).revokeToken(token)
  stop()
  await clientOver(fakeService(json({}))).revokeToken(mintToken())
  expect(heard).toEqual([token])
})

test('revokeToken: a listener that throws changes nothing', async () => {
  const client = clientOver(fakeService(json({})))
  const stop = onTokenRevoked(() => {
    throw new Error('listener')
  })
  await expect(client.revokeToken(mintToken())).resolves.toEqual({ outcome: 'revoked' })
  stop()
})

test('revokeToken: listeners are not told of a revocation that failed', async () => {
  const client = clientOver(fakeService(json({ error: 'internal' }, 500)))
  const heard: string[] = []
  const stop = onTokenRevoked((token) => heard.push(token))
  await expect(client.revokeToken(mintToken())).rejects.toBeInstanceOf(AuthApiError)
  stop()
  expect(heard).toEqual([])
})

test('revokeAndVerifyToken: asks until the service says that the token is dead', async () => {
  const service = fakeService(json({}), json({ sub: '1' }), json({ sub: '1' }), json({}))
  const result = await clientOver(service).revokeAndVerifyToken(mintToken())
  expect(result).toEqual({ outcome: 'revoked' })
  expect(service.requests.map(({ init }) => init.method)).toEqual(['POST', 'GET', 'GET', 'GET'])
})

test('revokeAndVerifyToken: waits longer before each question', async () => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(1)
  onTestFinished(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
  const startedAt = Date.now()
  const askedAt: number[] = []
  const active = (): Promise<Response> => {
    askedAt.push(Date.now() - startedAt)
    return Promise.resolve(json({ sub: '1' }))
  }
  const call = clientOver(fakeService(json({}), active, active, active, json({}))).revokeAndVerifyToken(
    mintToken(),
  )
  await vi.advanceTimersByTimeAsync(5_000)
  await expect(call).resolves.toEqual({ outcome: 'revoked' })
  expect(askedAt).toEqual([0, 200, 600])
})

test('revokeAndVerifyToken: does not take the local clock for the word of the service', async () => {
  const service = fakeService(json({}), json({}))
  const result = clientOver(service).revokeAndVerifyToken(mintToken({ exp: 1 }))
  await expect(result).resolves.toEqual({ outcome: 'revoked' })
})

/** Lets so much time pass once the answers have come that come at once, however slow this machine is. */
async function passMs(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  vi.useRealTimers()
}

test('revokeAndVerifyToken: a token that stays active is an error of its own', async () => {
  vi.useFakeTimers()
  const service = {
    requests: [],
    fetch: (url: string) => Promise.resolve(json(url.includes('revoke') ? {} : { sub: '1' })),
  }
  const result = clientOver(service, { timeoutMs: 300 }).revokeAndVerifyToken(mintToken())
  result.catch(() => undefined)
  await passMs(300)
  await expect(result).rejects.toBeInstanceOf(AuthTokenStillActiveError)
  await expect(result).rejects.toMatchObject({ code: 'still_active', operation: 'revokeAndVerifyToken' })
})

test('revokeAndVerifyToken: a token that was active is still called so when the deadline cuts off the next answer', async () => {
  vi.useFakeTimers()
  const service = fakeService(json({}), json({ sub: '1' }), silence)
  const result = clientOver(service, { timeoutMs: 400 }).revokeAndVerifyToken(mintToken())
  result.catch(() => undefined)
  await passMs(400)
  await expect(result).rejects.toMatchObject({ code: 'still_active' })
})

test('revokeAndVerifyToken: a service that never says whether the token is dead is a time-out', async () => {
  const result = clientOver(fakeService(json({}), silence), { timeoutMs: 50 }).revokeAndVerifyToken(
    mintToken(),
  )
  await expect(result).rejects.toMatchObject({ code: 'timeout', timeoutMs: 50 })
})

test('revokeAndVerifyToken: an outage while verifying is an outage', async () => {
  const service = fakeService(json({}), json({ error: 'internal', error_code: 13 }, 500))
  const result = clientOver(service).revokeAndVerifyToken(mintToken())
  await expect(result).rejects.toMatchObject({ code: 'api', operation: 'verifyToken', status: 500 })
})
