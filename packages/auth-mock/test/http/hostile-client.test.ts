// Malformed and hostile requests, over raw sockets: a documented error or a clean close, and the next request is served.
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../src/index.ts'
import { exchange, isActive } from '../bed/call.ts'

let mock: AuthMock
let token: string
beforeEach(async () => {
  mock = await startAuthMock()
  token = mock.issueToken({ sub: '42', scope: 'user' })
})
afterEach(async () => {
  // After every test the mock must still answer.
  if (!(await isActive(mock, mock.issueToken()))) throw new Error('the mock is no longer well')
  await mock.close()
})

const post = (body: string | Buffer, headers = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`POST /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n${headers}`),
    Buffer.from(`content-length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ])
const introspection = (bearer: string, more = ''): string =>
  `GET /auth/v1/token/introspect HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer ${bearer}\r\n${more}\r\n`
const close = 'connection: close\r\n'

const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])
const errorOf = (text: string): unknown => {
  const body: unknown = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
  expect(text.toLowerCase()).toContain('content-type: application/json')
  expect(text.toLowerCase()).toMatch(/x-request-id: [0-9a-f]{32}/)
  return body
}

test.each([
  ['malformed JSON', '{"token":'],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
])('body: %s is an invalid argument, also with a good token', async (_what, body) => {
  const text = await exchange(mock, post(body, `authorization: Bearer ${token}\r\n`))
  expect(statusOf(text)).toBe(400)
  expect(errorOf(text)).toMatchObject({ error: 'invalid_argument', error_code: 3 })
  expect(text).not.toContain(token)
  expect(mock.tokens()[0]?.state).toBe('active')
})

test.each([
  'null',
  '[]',
  '"x"',
  '7',
  '{"token":7}',
  '{"token":""}',
  '{"token":{"a":[]}}',
  '{"__proto__":{"token":"x"}}',
])('body: %s names no token', async (body) => {
  const text = await exchange(mock, post(body))
  expect(statusOf(text)).toBe(401)
  expect(errorOf(text)).toMatchObject({ code: 'MISSING_CREDENTIALS' })
})

test('body: deeply nested JSON is read or refused, not run out of stack', async () => {
  const text = await exchange(mock, post(`${'['.repeat(30_000)}${']'.repeat(30_000)}`))
  expect(statusOf(text)).toBe(401)
  expect(mock.requests()).toHaveLength(1)
})

test.each(['content-length', 'chunked'])(
  'body: one that is too large is refused by 413 (%s)',
  async (framing) => {
    const body = 'x'.repeat(1_000_000)
    const chunked = `POST /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\n${close}transfer-encoding: chunked\r\n\r\n`
    const bytes =
      framing === 'chunked' ? `${chunked}${(1e6).toString(16)}\r\n${body}\r\n0\r\n\r\n` : post(body)
    const text = await exchange(mock, bytes)
    expect(statusOf(text)).toBe(413)
    expect(errorOf(text)).toMatchObject({ error: 'invalid_argument' })
  },
)

test('body: one that never ends is refused as soon as it is too large', async () => {
  const text = await exchange(
    mock,
    `POST /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\ncontent-length: 999999999\r\n\r\n${'x'.repeat(70_000)}`,
  )
  expect(statusOf(text)).toBe(413)
})

test('headers: too large ones are refused by 431', async () => {
  const text = await exchange(mock, introspection(token, `x-padding: ${'x'.repeat(20_000)}\r\n`))
  expect(statusOf(text)).toBe(431)
  expect(errorOf(text)).toMatchObject({ error: 'invalid_argument' })
  expect(text).not.toContain(token)
})

test.each([
  ['garbage', '\x16\x03\x01\x02\x00\x01\r\n\r\n'],
  ['a bad header', `GET / HTTP/1.1\r\nhost: mock\r\nbad header\r\n\r\n`],
  ['no host', 'GET /auth/v1/token/introspect HTTP/1.1\r\n\r\n'],
  [
    'two lengths',
    'POST /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx',
  ],
  [
    'a length and chunks',
    'POST /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a bad chunk', 'POST /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
])('syntax: %s is refused by 400', async (_what, bytes) => {
  expect(statusOf(await exchange(mock, bytes))).toBe(400)
})

test.each(['PUT', 'DELETE', 'PATCH', 'HEAD', 'GET'])(
  'method: %s of revoke is refused by 405',
  async (method) => {
    const text = await exchange(mock, `${method} /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\n${close}\r\n`)
    expect(statusOf(text)).toBe(405)
    expect(text).toContain('allow: POST')
  },
)

test.each([
  '/',
  '/auth/v1/revoke/',
  '//auth/v1/revoke',
  '/auth/v1/%72evoke',
  'http://mock/auth/v1/nothing',
  '*',
])('path: %s is not found', async (path) => {
  const text = await exchange(mock, `POST ${path} HTTP/1.1\r\nhost: mock\r\n${close}\r\n`)
  expect(statusOf(text)).toBe(404)
  expect(errorOf(text)).toMatchObject({ code: 'INVALID_PATH' })
})

test('path: a token in it is neither answered nor recorded', async () => {
  const text = await exchange(
    mock,
    `GET /auth/${token}?x=${token} HTTP/1.1\r\nhost: mock\r\nx-request-id: ${token}\r\n${close}\r\n`,
  )
  expect(text).not.toContain(token)
  expect(JSON.stringify(mock.requests())).not.toContain(token)
})

test('pipeline: every request gets its own answer, in order', async () => {
  const others = Array.from({ length: 20 }, (_, index) =>
    mock.issueToken({ sub: String(index), signed: false }),
  )
  mock.fail({ token: others[3] ?? '', delayMs: 20 })
  const bytes = others.map((other) => introspection(other)).join('') + introspection(token, close)
  const text = await exchange(mock, bytes)
  const subs = [...text.matchAll(/"sub":"(\d+)"/g)].map(([, sub]) => sub)
  expect(subs).toEqual([...others.keys(), 42].map(String))
})

test('pipeline: a request sees what those before it have done', async () => {
  const other = mock.issueToken()
  const revocation = `POST /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer ${other}\r\ncontent-length: 2\r\n\r\n{}`
  const text = await exchange(mock, revocation + introspection(other, close))
  expect(text).toMatch(/^HTTP\/1\.1 200 [^]*\{\}HTTP\/1\.1 200 [^]*\{\}$/)
})

test('pipeline: of a client that is gone, nothing more is done', async () => {
  const other = mock.issueToken()
  mock.fail({ token, delayMs: 60_000 })
  mock.fail({ token: other, status: 503, times: 1 })
  const socket = connect(Number(new URL(mock.url).port), '127.0.0.1')
  socket.write(introspection(token) + introspection(other))
  await expect.poll(() => mock.requests()).toHaveLength(1)
  socket.resetAndDestroy()
  await once(socket, 'close')
  // Over another connection, and after the server has heard of the end of the first.
  await isActive(mock, mock.issueToken())
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(mock.faults().map(({ hits }) => hits)).toEqual([1, 0])
})

test('pipeline: a request that is no HTTP is answered after the one before it', async () => {
  mock.fail({ delayMs: 20, times: 1 })
  const text = await exchange(mock, `${introspection(token)}NONSENSE\r\n\r\n`)
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
  expect(statuses).toEqual(['200', '400'])
  expect(text.indexOf('"sub":"42"')).toBeLessThan(text.indexOf('HTTP/1.1 400'))
})

test('pipeline: a stalled answer does not get in front of an earlier one', async () => {
  const other = mock.issueToken({ sub: '7' })
  mock.fail({ token, delayMs: 20, times: 1 })
  mock.fail({ token: other, transport: 'stall' })
  const text = await exchange(mock, introspection(token) + introspection(other), {
    until: /Stalled\r\n.*\r\n/,
  })
  expect(text).toMatch(/^HTTP\/1\.1 200 [^]*"sub":"42"[^]*HTTP\/1\.1 200 Stalled/)
})

test('half-open: a caller that has ended its side still gets the answer', async () => {
  const text = await exchange(mock, introspection(token), { end: true })
  expect(text).toContain('"sub":"42"')
})

test('half-open: a caller that ends within its request is told so', async () => {
  const text = await exchange(
    mock,
    'POST /auth/v1/revoke HTTP/1.1\r\nhost: mock\r\ncontent-length: 9\r\n\r\n{',
    { end: true },
  )
  expect(statusOf(text)).toBe(400)
})

test('connections: two thousand idle ones keep no other client out, and do not keep the mock from closing', async () => {
  const sockets: Socket[] = []
  for (let count = 0; count < 2000; count += 1) {
    const socket = connect(Number(new URL(mock.url).port), '127.0.0.1').on('error', () => socket.destroy())
    sockets.push(socket)
  }
  await Promise.all(sockets.map(async (socket) => once(socket, 'connect')))
  expect(await isActive(mock, token)).toBe(true)
  for (const socket of sockets) socket.destroy()
})

test('connections: close ends those that hang', async () => {
  await using hanging = await startAuthMock()
  hanging.fail({ transport: 'stall' })
  const stalled = exchange(hanging, introspection('x'))
  const idle = exchange(hanging, 'GET /auth')
  await expect.poll(() => hanging.requests().length).toBe(1)
  await hanging.close()
  expect(await stalled).toContain('Stalled')
  expect(await idle).toBe('')
})
