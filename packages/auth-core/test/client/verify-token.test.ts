import { describe, expect, test } from 'vitest'
import { AuthApiError, AuthConfigurationError, AuthResponseError } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

const claims = { token_type: 'Bearer', client_id: 'my-env', sub: '1849755119840497664', scope: 'user sso' }

test('verifyToken: the whole request is one GET with the token in a header', async () => {
  const service = fakeService(json(claims))
  const token = mintToken()
  await clientOver(service, { clientId: 'app 1&2', deviceId: 'device_123456' }).verifyToken(token)
  expect(service.requests).toEqual([
    {
      url: 'https://my-env.api.tcloudbasegateway.com/auth/v1/token/introspect?client_id=app%201%262',
      init: {
        method: 'GET',
        headers: {
          authorization: `Bearer ${token}`,
          'x-device-id': 'device_123456',
        },
        signal: expect.any(AbortSignal),
        body: null,
        redirect: 'manual',
        isRepeatable: true,
      },
    },
  ])
})

test('verifyToken: without a device id, the token is the only header', async () => {
  const service = fakeService(json(claims))
  const token = mintToken()
  await clientOver(service).verifyToken(token)
  expect(service.requests[0]?.init.headers).toEqual({ authorization: `Bearer ${token}` })
})

test('verifyToken: a valid answer means active, with the claims in their spelling on the wire', async () => {
  const service = fakeService(json(claims))
  await expect(clientOver(service).verifyToken(mintToken())).resolves.toEqual({ active: true, ...claims })
})

test('verifyToken: a field that the spec does not know is kept', async () => {
  const service = fakeService(json({ ...claims, groups: ['a'] }))
  await expect(clientOver(service).verifyToken(mintToken())).resolves.toHaveProperty('groups', ['a'])
})

test('verifyToken: a subject alone is enough', async () => {
  const service = fakeService(json({ sub: '1' }))
  await expect(clientOver(service).verifyToken(mintToken())).resolves.toEqual({ active: true, sub: '1' })
})

describe('answers that mean a dead token', () => {
  const answers: [string, Response][] = [
    ['an empty object', json({})],
    ['400 with error_code 9', json({ error: 'failed_precondition', error_code: 9 }, 400)],
    ['400 invalid_token', json({ error: 'invalid_token' }, 400)],
    ['400 invalid_access_token', json({ error: 'invalid_access_token', error_code: 4001 }, 400)],
    ['401 with error_code 16', json({ error: 'unauthenticated', error_code: 16 }, 401)],
    ['401 ACCESS_TOKEN_INVALID', json({ code: 'ACCESS_TOKEN_INVALID', message: '' }, 401)],
    ['401 ACCESS_TOKEN_EXPIRED', json({ code: 'ACCESS_TOKEN_EXPIRED', message: '' }, 401)],
    ['401 ACCESS_TOKEN_KID_INVALID', json({ code: 'ACCESS_TOKEN_KID_INVALID', message: '' }, 401)],
    ['401 INVALID_ACCESS_TOKEN', json({ code: 'INVALID_ACCESS_TOKEN', message: '' }, 401)],
  ]
  test.each(answers)('verifyToken: %s means inactive', async (_name, answer) => {
    const service = fakeService(answer)
    const result = clientOver(service).verifyToken(mintToken())
    await expect(result).resolves.toEqual({ active: false, reason: 'rejected' })
  })
})

describe('errors that say nothing about the token', () => {
  const answers: [string, Response][] = [
    ['400 invalid_argument', json({ error: 'invalid_argument', error_code: 3 }, 400)],
    ['400 without a body', new Response(null, { status: 400 })],
    ['401 MISSING_CREDENTIALS', json({ code: 'MISSING_CREDENTIALS', message: '' }, 401)],
    ['401 without a body', new Response('', { status: 401 })],
    ['401 with HTML', new Response('<h1>Sign in</h1>', { status: 401 })],
    ['401 with an empty object', json({}, 401)],
    ['401 with error_code 9', json({ error: 'failed_precondition', error_code: 9 }, 401)],
    ['400 with error_code 16', json({ error: 'unauthenticated', error_code: 16 }, 400)],
    ['402 of an overdue environment', json({ code: 'OVERDUE', message: '' }, 402)],
    ['403 of a policy', json({ error: 'permission_denied', error_code: 7 }, 403)],
    ['404 of an unknown environment', json({ code: 'INVALID_ENV', message: '' }, 404)],
    ['423 of a disabled feature', json({ code: 'LOCKED', message: '' }, 423)],
    ['429', json({ error: 'resource_exhausted', error_code: 8 }, 429)],
    ['451', json({ code: 'BLOCKED', message: '' }, 451)],
    ['500', json({ error: 'internal', error_code: 13, error_description: 'x' }, 500)],
    ['500 with null', json(null, 500)],
    ['502 with HTML', new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['503 without a body', new Response(null, { status: 503 })],
    ['503 with an empty object', json({}, 503)],
    ['503 with valid claims', json(claims, 503)],
    ['200 with the body of an error', json({ error: 'permission_denied', error_code: 7 })],
  ]
  test.each(answers)('verifyToken: %s throws AuthApiError', async (_name, answer) => {
    const { status } = answer
    const service = fakeService(answer)
    const result = clientOver(service).verifyToken(mintToken())
    await expect(result).rejects.toBeInstanceOf(AuthApiError)
    await expect(result).rejects.toMatchObject({ code: 'api', operation: 'verifyToken', status })
  })
})

describe('answers that the service does not give', () => {
  const polluted = '{"__proto__":{"sub":"1"}}'
  const answers: [string, Response, string][] = [
    ['an empty 200', new Response(''), 'not_json'],
    ['204', new Response(null, { status: 204 }), 'not_json'],
    ['201 with valid claims', json(claims, 201), 'unexpected'],
    ['HTML with 200', new Response('<h1>Sign in to the Wi-Fi</h1>'), 'not_json'],
    ['cut-off JSON', new Response('{"sub":"1","scope":"us'), 'not_json'],
    ['invalid UTF-8', new Response(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])), 'not_json'],
    ['an incomplete character at the end', new Response(new Uint8Array([0x7b, 0x7d, 0xe4])), 'not_json'],
    ['null', json(null), 'unexpected'],
    ['an array', json([]), 'unexpected'],
    ['an array with claims', json([claims]), 'unexpected'],
    ['a string', json('active'), 'unexpected'],
    ['an empty string', json(''), 'unexpected'],
    ['true', json(true), 'unexpected'],
    ['a number', json(1), 'unexpected'],
    ['an empty subject', json({ ...claims, sub: '' }), 'unexpected'],
    ['a subject that is a number', json({ ...claims, sub: 1 }), 'unexpected'],
    ['a subject that is null', json({ ...claims, sub: null }), 'unexpected'],
    ['no subject', json({ token_type: 'Bearer' }), 'unexpected'],
    ['a scope that is null', json({ ...claims, scope: null }), 'unexpected'],
    ['a scope that is a list', json({ ...claims, scope: ['user'] }), 'unexpected'],
    ['active: false beside a subject', json({ ...claims, active: false }), 'unexpected'],
    ['active: null beside a subject', json({ ...claims, active: null }), 'unexpected'],
    ['active as text beside a subject', json({ ...claims, active: 'true' }), 'unexpected'],
    ['a subject in __proto__', new Response(polluted), 'unexpected'],
    [
      'a redirect',
      new Response(null, { status: 302, headers: { location: 'https://example.com' } }),
      'redirect',
    ],
    ['more than 64 KiB', new Response(' '.repeat(65_536) + JSON.stringify(claims)), 'too_large'],
  ]
  test.each(answers)('verifyToken: %s throws AuthResponseError', async (_name, answer, reason) => {
    const { status } = answer
    const service = fakeService(answer)
    const result = clientOver(service).verifyToken(mintToken())
    await expect(result).rejects.toBeInstanceOf(AuthResponseError)
    await expect(result).rejects.toMatchObject({ code: 'response', operation: 'verifyToken', status, reason })
  })
})

test('verifyToken: a polluted prototype makes no token active', async () => {
  const service = fakeService(json({}), json({ token_type: 'Bearer' }))
  const client = clientOver(service)
  // oxlint-disable-next-line no-extend-native -- the attack itself
  Object.defineProperty(Object.prototype, 'sub', { value: 'root', configurable: true })
  try {
    await expect(client.verifyToken(mintToken())).resolves.toEqual({ active: false, reason: 'rejected' })
    await expect(client.verifyToken(mintToken())).rejects.toBeInstanceOf(AuthResponseError)
  } finally {
    Reflect.deleteProperty(Object.prototype, 'sub')
  }
})

describe('tokens that are refused without a request', () => {
  const malformed = [
    '',
    ' ',
    'a b',
    'a\nb',
    'Bearer abc',
    'abc=d',
    'ä',
    '=',
    'a'.repeat(8_193),
    'a\r\nx-injected: 1',
  ]
  test.each(malformed)('verifyToken: %j is malformed', async (token) => {
    const result = clientOver(fakeService()).verifyToken(token)
    await expect(result).resolves.toEqual({ active: false, reason: 'malformed' })
  })

  test('verifyToken: a token whose exp has passed by more than the tolerance is expired', async () => {
    const token = mintToken({ exp: Date.now() / 1_000 - 61 })
    const result = clientOver(fakeService()).verifyToken(token)
    await expect(result).resolves.toEqual({ active: false, reason: 'expired' })
  })

  test('verifyToken: a token within the clock tolerance is for the service to judge', async () => {
    const token = mintToken({ exp: Date.now() / 1_000 - 50 })
    await expect(clientOver(fakeService(json(claims))).verifyToken(token)).resolves.toMatchObject({
      active: true,
    })
  })

  test('verifyToken: clockToleranceMs moves that bound', async () => {
    const token = mintToken({ exp: Date.now() / 1_000 - 50 })
    const result = clientOver(fakeService(), { clockToleranceMs: 0 }).verifyToken(token)
    await expect(result).resolves.toEqual({ active: false, reason: 'expired' })
  })

  test('verifyToken: with the largest clockToleranceMs, the service is asked about a token whose end was decades ago', async () => {
    const token = mintToken({ exp: 1 })
    const client = clientOver(fakeService(json(claims)), { clockToleranceMs: 1e16 })
    await expect(client.verifyToken(token)).resolves.toMatchObject({ active: true })
  })

  test.each([undefined, null, 42, {}, ['abc']])(
    'verifyToken: %j is a mistake of the program',
    async (token) => {
      const client = clientOver(fakeService())
      const result = client.verifyToken(token as string)
      await expect(result).rejects.toBeInstanceOf(AuthConfigurationError)
      await expect(result).rejects.toMatchObject({ code: 'configuration', argument: 'token' })
    },
  )
})

test('verifyToken: withResponse gives status, headers and request id beside the result', async () => {
  const service = fakeService(json(claims, 200, { 'x-request-id': 'id-1', 'x-extra': 'y' }))
  const { data, response } = await clientOver(service).withResponse.verifyToken(mintToken())
  expect(data).toEqual({ active: true, ...claims })
  expect(response).toMatchObject({ status: 200, requestId: 'id-1' })
  expect(response?.headers.get('x-extra')).toBe('y')
})

test('verifyToken: withResponse has no answer to show when none was needed', async () => {
  const { data, response } = await clientOver(fakeService()).withResponse.verifyToken('a b')
  expect({ data, response }).toEqual({ data: { active: false, reason: 'malformed' }, response: undefined })
})

test.each([
  [{ 'x-request-id': 'a' }, {}, 'a'],
  [{ seqid: 'b' }, {}, 'b'],
  [{ requestid: 'c' }, {}, 'c'],
  [{}, { request_id: 'd' }, 'd'],
  [{}, { requestId: 'e' }, 'e'],
])(
  'verifyToken: the request id is found in %j or %j',
  async (headers: Record<string, string>, body, requestId) => {
    const service = fakeService(json({ code: 'X', message: 'y', ...body }, 500, headers))
    await expect(clientOver(service).verifyToken(mintToken())).rejects.toMatchObject({ requestId })
  },
)
