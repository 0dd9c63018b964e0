import { EventEmitter, once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { startAuthMock } from '@tokenward/auth-mock'
import { afterEach, expect, test, vi } from 'vitest'
import { createAuthClient } from '../../src/index.ts'

const servers: { close: () => void }[] = []
afterEach(() => {
  vi.unstubAllGlobals()
  for (const server of servers.splice(0)) server.close()
})

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  servers.push({
    close: () => {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    },
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const serve = (answer: (response: ServerResponse, count: number) => void): Promise<string> => {
  let count = 0
  return listen(createServer((_request, response) => answer(response, (count += 1))))
}

/** Answers each request on a connection with the bytes that `answer` makes. */
function serveBytes(answer: (socket: Socket, count: number) => void): Promise<string> {
  let count = 0
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => answer(socket, (count += 1)))
    }),
  )
}

const valid = JSON.stringify({ sub: '42' })

test('verifyToken, revokeToken: work over kept connections, without the global fetch', async () => {
  vi.stubGlobal('fetch', undefined)
  await using mock = await startAuthMock()
  const auth = createAuthClient({ baseUrl: mock.url })
  const token = mock.issueToken({ sub: '42', scope: 'user' })
  expect(await auth.verifyToken(token)).toMatchObject({ active: true, sub: '42', scope: 'user' })
  expect(await auth.revokeToken(token)).toEqual({ outcome: 'revoked' })
  expect(await auth.verifyToken(token)).toEqual({ active: false, reason: 'rejected' })
})

test('verifyToken: a connection is used again', async () => {
  const ports = new Set<number | undefined>()
  const baseUrl = await listen(
    createServer((request, response) => {
      ports.add(request.socket.remotePort)
      response.end(valid)
    }),
  )
  const auth = createAuthClient({ baseUrl })
  for (let round = 0; round < 3; round += 1) await auth.verifyToken('opaque')
  expect(ports.size).toBe(1)
})

test('verifyToken, revokeToken: send these headers and no others, with the length of the body', async () => {
  const seen: unknown[] = []
  const baseUrl = await listen(
    createServer((request, response) => {
      seen.push([request.method, request.url, request.rawHeaders])
      response.end(valid)
    }),
  )
  const auth = createAuthClient({ baseUrl: `${baseUrl}/prefix`, clientId: 'a shop', deviceId: 'till-7' })
  await auth.verifyToken('closed')
  await auth.revokeToken('closed')
  const host = ['Host', new URL(baseUrl).host]
  const headers = ['x-device-id', 'till-7', 'authorization', 'Bearer closed']
  const body = ['content-type', 'application/json', 'content-length', '18']
  const kept = ['Connection', 'keep-alive']
  expect(seen).toEqual([
    ['GET', '/prefix/auth/v1/token/introspect?client_id=a%20shop', [...headers, ...host, ...kept]],
    ['POST', '/prefix/auth/v1/revoke?client_id=a%20shop', [...headers, ...body, ...host, ...kept]],
  ])
})

test('verifyToken: reaches a service by its IPv6 address', async () => {
  const server = createServer((request, response) =>
    response.end(JSON.stringify({ sub: request.headers.host })),
  )
  await once(server.listen(0, '::1'), 'listening')
  servers.push(server)
  const host = `[::1]:${(server.address() as AddressInfo).port}`
  const auth = createAuthClient({ baseUrl: `http://${host}` })
  expect(await auth.verifyToken('opaque')).toMatchObject({ active: true, sub: host })
})

test('verifyToken: a kept connection that the server has closed costs no try', async () => {
  const baseUrl = await serveBytes((socket, count) => {
    // The second request meets a connection that is on its way down.
    if (count === 2) socket.resetAndDestroy()
    else socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${valid.length}\r\n\r\n${valid}`)
  })
  const auth = createAuthClient({ baseUrl, maxRetries: 0 })
  await auth.verifyToken('opaque')
  expect(await auth.verifyToken('opaque')).toMatchObject({ active: true })
})

test('verifyToken: a kept connection that breaks within the body is reported, and nothing is sent again', async () => {
  let requests = 0
  const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${valid.length}\r\n\r\n`
  const baseUrl = await serveBytes((socket, count) => {
    requests = count
    if (count === 2) socket.write(`${answer}{`, () => setImmediate(() => socket.resetAndDestroy()))
    else socket.write(answer + valid)
  })
  const auth = createAuthClient({ baseUrl, maxRetries: 0 })
  await auth.verifyToken('opaque')
  await expect(auth.verifyToken('opaque')).rejects.toMatchObject({ code: 'network', reason: 'ECONNRESET' })
  await auth.verifyToken('opaque')
  expect(requests).toBe(3)
})

test('verifyToken: a fresh connection that breaks is reported', async () => {
  const baseUrl = await serveBytes((socket) => socket.resetAndDestroy())
  const auth = createAuthClient({ baseUrl, maxRetries: 0 })
  await expect(auth.verifyToken('opaque')).rejects.toMatchObject({ code: 'network', reason: 'ECONNRESET' })
})

test('verifyToken: a redirect is returned, not followed', async () => {
  const paths: (string | undefined)[] = []
  const baseUrl = await listen(
    createServer((request, response) => {
      paths.push(request.url)
      response.writeHead(302, { location: '/elsewhere' }).end()
    }),
  )
  await expect(createAuthClient({ baseUrl }).verifyToken('opaque')).rejects.toMatchObject({
    code: 'response',
    reason: 'redirect',
  })
  expect(paths).toEqual(['/auth/v1/token/introspect'])
})

test('verifyToken: a compressed body is not unpacked', async () => {
  const baseUrl = await serve((response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(valid)),
  )
  await expect(createAuthClient({ baseUrl }).verifyToken('opaque')).rejects.toMatchObject({
    code: 'response',
    reason: 'not_json',
  })
})

test.each([
  ['by its length', `HTTP/1.1 200 OK\r\ncontent-length: ${valid.length + 9}\r\n\r\n${valid}`],
  ['within its chunks', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nc\r\n${valid}\r\n`],
])('verifyToken: a body that is cut off %s is not believed', async (_how, bytes) => {
  const baseUrl = await serveBytes((socket) => socket.end(bytes))
  const auth = createAuthClient({ baseUrl, maxRetries: 0 })
  await expect(auth.verifyToken('opaque')).rejects.toMatchObject({ code: 'network', reason: 'ECONNRESET' })
})

test('verifyToken: an answer that switches protocols is a broken connection', async () => {
  const baseUrl = await serveBytes((socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
  )
  const auth = createAuthClient({ baseUrl, maxRetries: 0 })
  await expect(auth.verifyToken('opaque')).rejects.toMatchObject({ code: 'network' })
})

test.each([
  ['before the headers', ''],
  ['within the body', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{'],
])('verifyToken: an abort %s closes the connection', async (_when, bytes) => {
  const controller = new AbortController()
  const reason = new Error('the caller has left')
  const connection = new EventEmitter()
  const closed = once(connection, 'close')
  const baseUrl = await serveBytes((socket) => {
    socket.on('close', () => connection.emit('close'))
    if (bytes) socket.write(bytes)
    setImmediate(() => controller.abort(reason))
  })
  const auth = createAuthClient({ baseUrl })
  await expect(auth.verifyToken('opaque', { signal: controller.signal })).rejects.toBe(reason)
  await closed
})

test('verifyToken: a body without end is given up at the cap, and its connection closed', async () => {
  const connection = new EventEmitter()
  const closed = once(connection, 'close')
  const baseUrl = await serve((response) => {
    response.on('close', () => connection.emit('close'))
    const pump = (): void => void (response.destroyed || response.write(' '.repeat(16_384), () => pump()))
    pump()
  })
  await expect(createAuthClient({ baseUrl }).verifyToken('opaque')).rejects.toMatchObject({
    code: 'response',
    reason: 'too_large',
  })
  await closed
})

test('verifyToken: other runtimes use their own fetch', async () => {
  const fetch = vi.fn<() => Promise<Response>>(async () => new Response(valid))
  vi.stubGlobal('fetch', fetch)
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  expect(await createAuthClient({ env: 'shop' }).verifyToken('opaque')).toMatchObject({ active: true })
  expect(fetch).toHaveBeenCalledOnce()
})
