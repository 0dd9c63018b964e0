import { gunzipSync } from 'node:zlib'
import { get } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startAuthMock, type AuthMock, type Fault } from '../../src/index.ts'
import { exchange, introspect, isActive, revoke } from '../bed/call.ts'

/** What a request that is hit by a fault gets to see. */
const hit = async (mock: AuthMock, fault: Fault): Promise<Response> => {
  mock.fail({ operation: 'verifyToken', times: 1, ...fault })
  return introspect(mock, mock.issueToken({ signed: false }), { redirect: 'manual' })
}

const serviceStatuses = [400, 401, 403, 404, 409, 429, 499, 500, 501, 503, 504]
test.each(serviceStatuses)('fail: status %i comes with the error of the service', async (status) => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { status })
  expect(response.status).toBe(status)
  expect(await response.json()).toEqual({
    error: expect.stringMatching(/^[a-z_]+$/),
    error_code: expect.any(Number),
    error_description: 'the mock was told to fail',
  })
})

test.each([402, 405, 408, 410, 413, 418, 422, 423, 431, 451, 502, 505, 599])(
  'fail: status %i comes with the error of the gateway',
  async (status) => {
    await using mock = await startAuthMock()
    const response = await hit(mock, { status })
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: 'the mock was told to fail',
      requestId: response.headers.get('x-request-id'),
    })
  },
)

test.each([400, 401, 403, 404, 429, 500, 502, 503, 504])('fail: status %i without a body', async (status) => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { status, body: 'none' })
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    status,
    null,
    '',
  ])
})

test('fail: an error name brings its status and number', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { error: 'failed_precondition' })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: 'failed_precondition', error_code: 9 })
})

test('fail: a gateway code is answered in the shape of the gateway', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { gatewayCode: 'ACCESS_TOKEN_EXPIRED' })
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ code: 'ACCESS_TOKEN_EXPIRED' })
})

test('fail: a JSON value of the test is answered as it is', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { json: ['sub'] })
  expect([response.status, await response.json()]).toEqual([200, ['sub']])
})

test('fail: an HTML page is a 502', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { body: 'html' })
  expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html'])
  expect(await response.text()).toMatch(/^<!doctype html>/)
})

test('fail: an empty body is a 200 by itself', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { body: 'none' })
  expect([response.status, await response.text()]).toEqual([200, ''])
})

test.each(['truncated_json', 'invalid_json'] as const)(
  'fail: %s is no JSON, and says that it is',
  async (body) => {
    await using mock = await startAuthMock()
    const response = await hit(mock, { body })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    const text = await response.text()
    expect(text).toContain('"sub":"42"')
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
  },
)

test('fail: invalid_utf8 is JSON but for one byte', async () => {
  await using mock = await startAuthMock()
  const bytes = await (await hit(mock, { body: 'invalid_utf8' })).arrayBuffer()
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow(TypeError)
  expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject({ sub: '42' })
})

test('fail: huge is 10 MB of JSON without a length', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { body: 'huge' })
  expect(response.headers.get('content-length')).toBeNull()
  const text = await response.text()
  expect(text.length).toBeGreaterThan(10_000_000)
  expect(JSON.parse(text)).toMatchObject({ sub: '42' })
})

test('fail: gzip_bomb is little on the wire and 100 MB when unpacked', async () => {
  await using mock = await startAuthMock()
  mock.fail({ body: 'gzip_bomb' })
  const headers = { authorization: 'Bearer x' }
  const packed = await new Promise<Buffer>((resolve, reject) => {
    get(`${mock.url}/auth/v1/token/introspect`, { headers }, (response) => {
      expect(response.headers['content-encoding']).toBe('gzip')
      buffer(response).then(resolve, reject)
    })
  })
  expect(packed.length).toBeLessThan(200_000)
  expect(gunzipSync(packed).length).toBeGreaterThan(100_000_000)
})

const request = 'GET /auth/v1/token/introspect HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer x\r\n\r\n'

test('fail: drip sends the right answer byte by byte', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken({ sub: '4', scope: 'user' })
  mock.fail({ json: 10, transport: 'drip' })
  const response = await introspect(mock, token)
  const sizes = []
  for await (const chunk of response.body ?? []) sizes.push(chunk.length)
  expect(sizes).toEqual([1, 1])
})

test('fail: stall begins the headers and never ends them', async () => {
  await using mock = await startAuthMock()
  mock.fail({ transport: 'stall' })
  const text = await exchange(mock, request, { until: /\n$/ })
  expect(text).toBe('HTTP/1.1 400 Stalled\r\ncontent-type: application/json\r\n')
  expect(mock.requests()[0]?.status).toBeUndefined()
})

test('fail: reset breaks the connection within the body', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { transport: 'reset' })
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow(TypeError)
})

test('fail: reset hits the answer, not the revocation', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  mock.fail({ operation: 'revokeToken', transport: 'reset' })
  await expect(revoke(mock, token).then(async (response) => response.text())).rejects.toThrow(TypeError)
  expect(mock.tokens()[0]?.state).toBe('revoked')
})

test('fail: redirectTo sends the caller to another origin', async () => {
  await using mock = await startAuthMock()
  await using other = await startAuthMock()
  const response = await hit(mock, { redirectTo: `${other.url}/elsewhere` })
  expect([response.status, response.headers.get('location')]).toEqual([307, `${other.url}/elsewhere`])
})

test.each<[Fault['retryAfter'], string]>([
  [3, '3'],
  [0, '0'],
  [2.5, '2.5'],
  ['-1', '-1'],
  ['soon', 'soon'],
  ['99999999999999999999', '99999999999999999999'],
  [{ seconds: 90, as: 'imf-fixdate' }, 'Sun, 06 Nov 1994 08:51:07 GMT'],
  [{ seconds: 90, as: 'rfc850' }, 'Sunday, 06-Nov-94 08:51:07 GMT'],
  [{ seconds: 90, as: 'asctime' }, 'Sun Nov  6 08:51:07 1994'],
  [{ seconds: -90, as: 'imf-fixdate' }, 'Sun, 06 Nov 1994 08:48:07 GMT'],
])('fail: Retry-After of %j is spelled %s', async (retryAfter, header) => {
  await using mock = await startAuthMock({ clock: () => Date.UTC(1994, 10, 6, 8, 49, 37) })
  const response = await hit(mock, { status: 429, ...(retryAfter !== undefined && { retryAfter }) })
  expect(response.headers.get('retry-after')).toBe(header)
})

test('fail: headers are added, and replace the usual ones', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { headers: { 'content-type': 'text/plain', seqid: '7' } })
  expect([response.headers.get('content-type'), response.headers.get('seqid')]).toEqual(['text/plain', '7'])
})

test('fail: a header replaces the usual one in any spelling, and is sent once', async () => {
  await using mock = await startAuthMock()
  mock.fail({ headers: { 'Content-Type': 'text/plain', 'Content-Length': '12' } })
  const text = await exchange(mock, 'GET /auth/v1/certs HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n')
  const [head = ''] = text.split('\r\n\r\n')
  expect(head.match(/^content-(?:type|length): .*$/gim)).toEqual([
    'content-length: 12',
    'content-type: text/plain',
  ])
})

test.each([
  ['longer than the body', '5000', 'terminated'],
  ['shorter than the body', '3', undefined],
])('fail: a content-length that is %s is sent as it is', async (_, length, failure) => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { json: { sub: '42' }, headers: { 'content-length': length } })
  expect(response.headers.get('content-length')).toBe(length)
  const body = response.text()
  if (failure === undefined) {
    expect(await body).toBe('{"s')
    return
  }
  // The caller waits for the rest until the connection ends.
  await Promise.all([expect(body).rejects.toThrow(failure), mock.close()])
})

test.each([204, 304])(
  'fail: status %i has neither a body nor its length, also where it drips',
  async (status) => {
    await using mock = await startAuthMock()
    const response = await hit(mock, { status, transport: 'drip' })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      status,
      null,
      '',
    ])
  },
)

test('fail: what comes after a delay is the regular answer', async () => {
  await using mock = await startAuthMock()
  const response = await hit(mock, { delayMs: 1, jitterMs: 1 })
  expect(await response.json()).toMatchObject({ token_type: 'Bearer' })
})

test.each(['delayMs', 'jitterMs'])(
  'fail: a caller that leaves during %s leaves nothing behind',
  async (field) => {
    await using mock = await startAuthMock()
    const token = mock.issueToken()
    mock.fail({ operation: 'revokeToken', [field]: 3_600_000 })
    const controller = new AbortController()
    const left = fetch(`${mock.url}/auth/v1/revoke`, {
      method: 'POST',
      body: JSON.stringify({ token }),
      signal: controller.signal,
    })
    await expect.poll(() => mock.requests().length).toBe(1)
    controller.abort()
    await expect(left).rejects.toThrow('aborted')
    expect(await isActive(mock, token)).toBe(true)
  },
)

test('fail: an ignored revocation is answered with success', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  mock.fail({ operation: 'revokeToken', revocation: 'ignored' })
  const response = await revoke(mock, token)
  expect([response.status, await response.json()]).toEqual([200, {}])
  expect(await isActive(mock, token)).toBe(true)
})

test('fail: a fault of revocations is not used up by another operation', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  mock.fail({ revocation: 'ignored', times: 1 })
  await introspect(mock, token)
  await revoke(mock, token)
  expect(await isActive(mock, token)).toBe(true)
})

test('fail: a late revocation takes effect when its time has come', async () => {
  await using mock = await startAuthMock({ clock: () => 1_800_000_000_000 })
  const token = mock.issueToken()
  mock.fail({ operation: 'revokeToken', revocation: { lateMs: 1000 } })
  expect((await revoke(mock, token)).status).toBe(200)
  mock.advance(999)
  expect(await isActive(mock, token)).toBe(true)
  mock.advance(1)
  expect(await isActive(mock, token)).toBe(false)
})

test('fail: hits one operation or one token, and spares the others', async () => {
  await using mock = await startAuthMock()
  const [victim, bystander] = [mock.issueToken(), mock.issueToken()]
  mock.fail({ operation: 'verifyToken', token: victim, status: 500 })
  expect((await introspect(mock, victim)).status).toBe(500)
  expect((await introspect(mock, bystander)).status).toBe(200)
  expect((await revoke(mock, victim)).status).toBe(200)
})

test('fail: finds a token in the body as well', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  mock.fail({ token, status: 500 })
  const response = await fetch(`${mock.url}/auth/v1/revoke`, {
    method: 'POST',
    body: JSON.stringify({ token }),
  })
  expect(response.status).toBe(500)
})

test('fail: lasts as long as told, by the clock of the mock', async () => {
  await using mock = await startAuthMock({ clock: () => 1_800_000_000_000 })
  const token = mock.issueToken()
  mock.fail({ status: 503, forMs: 1000 })
  mock.advance(999)
  expect((await introspect(mock, token)).status).toBe(503)
  mock.advance(1)
  expect((await introspect(mock, token)).status).toBe(200)
})

test('fail: of two that match, the older one hits until it is used up or removed', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  mock.fail({ status: 500, times: 1 })
  const remove = mock.fail({ status: 429 })
  expect((await introspect(mock, token)).status).toBe(500)
  expect((await introspect(mock, token)).status).toBe(429)
  remove()
  expect((await introspect(mock, token)).status).toBe(200)
})

test('fail: the same seed fails the same requests, another seed others', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  const draw = async (seed: number): Promise<string> => {
    const remove = mock.fail({ status: 503, probability: 0.5, seed })
    let statuses = ''
    for (let round = 0; round < 40; round += 1) statuses += String((await introspect(mock, token)).status)[0]
    remove()
    return statuses
  }
  const first = await draw(7)
  expect(first).toMatch(/^(?=.*2)(?=.*5)/)
  expect(await draw(7)).toBe(first)
  expect(await draw(8)).not.toBe(first)
})

test.each<[field: string, fault: object]>([
  ['operation', { operation: 'introspect' }],
  ['status', { status: 99 }],
  ['status', { status: 600 }],
  ['times', { status: 503, times: -1 }],
  ['times', { status: 503, times: 0 }],
  ['forMs', { status: 503, forMs: 0 }],
  ['without one of delayMs, ', {}],
  ['without one of delayMs, ', { operation: 'verifyToken', times: 1 }],
  ['delayMs', { delayMs: 2 ** 31 }],
  ['jitterMs', { jitterMs: Infinity }],
  ['json', { json: 1n }],
  ['revocation', { operation: 'verifyToken', revocation: 'ignored' }],
  ['probability', { probability: 2 }],
  ['body', { body: 'nonsense' }],
  ['headers', { headers: { 'no header': 'x' } }],
  ['headers', { headers: { seqid: 'a\r\nb: c' } }],
  ['headers', { headers: { Trailer: 'seqid' } }],
  ['redirectTo', { redirectTo: 'http://a/\n' }],
  ['retryAfter', { retryAfter: { seconds: 1, as: 'iso' } }],
  ['retryAfter', { retryAfter: '1\nseqid: 7' }],
  ['retryAfter', { retryAfter: { seconds: Number.NaN, as: 'rfc850' } }],
  ['retryAfter', { retryAfter: { seconds: 1e300, as: 'imf-fixdate' } }],
  ['retryAfter', { retryAfter: Infinity }],
  ['times', { status: 503, times: 1.5 }],
  ['json cannot be combined with body', { json: {}, body: 'html' }],
  ['gatewayCode cannot be combined with error', { error: 'internal', gatewayCode: 'INVALID_PATH' }],
  ['redirectTo cannot be combined with json', { json: {}, redirectTo: 'http://a/' }],
  ['revocation has no effect with status', { revocation: 'ignored', status: 503 }],
  ['transport must be "stall" with the body huge', { body: 'huge', transport: 'drip' }],
  ['is not an option of', { stauts: 503 }],
])('fail: refuses a wrong %s instead of doing nothing', async (field, fault) => {
  await using mock = await startAuthMock()
  expect(() => mock.fail(fault)).toThrow(field)
})
