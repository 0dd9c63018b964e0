// The connections that auth-node keeps: how many there are, and what becomes of a call whose connection has lost its peer.
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { eventually } from '@tokenward/test-kit/eventually'
import { listen } from '@tokenward/test-kit/ports'
import { afterEach, expect, test } from 'vitest'
import { createAuthClient } from '../../src/index.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const valid = JSON.stringify({ sub: '42' })

interface Service {
  readonly baseUrl: string
  /** The connections that were opened, in order. */
  readonly sockets: Set<Socket>
}

async function serve(server: Server): Promise<Service> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  const port = await listen(server)
  ends.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { baseUrl: `http://127.0.0.1:${port}`, sockets }
}

/** A service that holds its answers back until `answerAll` is called, and answers each of them at once from then on. */
async function serveHeld(): Promise<Service & { readonly held: ServerResponse[]; answerAll(): void }> {
  const held: ServerResponse[] = []
  let isOpen = false
  const service = await serve(
    createServer((_request, response) => {
      if (isOpen) response.end(valid)
      else held.push(response)
    }),
  )
  return {
    ...service,
    held,
    answerAll() {
      isOpen = true
      for (const response of held) response.end(valid)
    },
  }
}

test('verifyToken: 3,000 tokens at once open 256 connections, and each gets its answer', async () => {
  const service = await serveHeld()
  const auth = createAuthClient({ baseUrl: service.baseUrl, timeoutMs: 60_000 })
  const calls = Array.from({ length: 3_000 }, (_, index) => auth.verifyToken(`opaque-${index}`))
  await eventually(() => expect(service.held).toHaveLength(256))
  service.answerAll()
  expect(new Set((await Promise.all(calls)).map(({ active }) => active))).toEqual(new Set([true]))
  expect(service.sockets.size).toBe(256)
})

test('createAuthClient: two clients of one process share the 256 connections to one service', async () => {
  const service = await serveHeld()
  const clients = [1, 2].map(() => createAuthClient({ baseUrl: service.baseUrl, timeoutMs: 60_000 }))
  const calls = clients.flatMap((auth) => Array.from({ length: 200 }, () => auth.verifyToken('opaque')))
  await eventually(() => expect(service.held).toHaveLength(256))
  service.answerAll()
  await Promise.all(calls)
  expect(service.sockets.size).toBe(256)
})

test('verifyToken: a call that waits for a connection ends at its own deadline, and leaves its place to the others', async () => {
  const service = await serveHeld()
  const auth = createAuthClient({ baseUrl: service.baseUrl, timeoutMs: 60_000, maxRetries: 0 })
  const busy = Array.from({ length: 256 }, () => auth.verifyToken('opaque'))
  await eventually(() => expect(service.held).toHaveLength(256))
  const late = auth.verifyToken('late', { timeoutMs: 50 })
  const patient = auth.verifyToken('patient')
  await expect(late).rejects.toMatchObject({ code: 'timeout', timeoutMs: 50 })
  service.answerAll()
  expect(await patient).toMatchObject({ active: true })
  await Promise.all(busy)
  expect(service.sockets.size).toBe(256)
})

/**
 * A service whose connections can fall silent: they take requests, and answer none from then on.
 *
 * @param silentCount how many of the first connections are silent from the start
 */
async function serveSilencing(silentCount = 0): Promise<Service & { silence(): void }> {
  const silent = new Set<Socket>()
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    if (sockets.size < silentCount) silent.add(socket)
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => {
      const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${valid.length}\r\n\r\n${valid}`
      // Late enough for all calls of a round to be under way at once, each on a connection of its own.
      setTimeout(() => silent.has(socket) || socket.write(answer), 20)
    })
  })
  const port = await listen(server)
  ends.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    sockets,
    silence: () => sockets.forEach((socket) => silent.add(socket)),
  }
}

test.each([
  ['with the deadline of 10 s', 10_000],
  ['with a deadline shorter than the wait for a silent connection', 400],
])(
  'verifyToken: 20 kept connections whose peer fell silent fail none of 40 calls, %s',
  async (_how, timeoutMs) => {
    const service = await serveSilencing()
    const auth = createAuthClient({ baseUrl: service.baseUrl, timeoutMs })
    await Promise.all(Array.from({ length: 20 }, () => auth.verifyToken('opaque')))
    expect(service.sockets.size).toBe(20)
    service.silence()
    const calls = await Promise.allSettled(Array.from({ length: 40 }, () => auth.verifyToken('opaque')))
    expect(calls.filter(({ status }) => status === 'rejected')).toEqual([])
  },
)

test('revokeToken: works over a connection whose peer fell silent, without a retry', async () => {
  const service = await serveSilencing()
  const auth = createAuthClient({ baseUrl: service.baseUrl, maxRetries: 0 })
  await Promise.all(Array.from({ length: 3 }, () => auth.verifyToken('opaque')))
  service.silence()
  expect(await auth.revokeToken('leaked')).toEqual({ outcome: 'revoked' })
  expect(await auth.verifyToken('other')).toMatchObject({ active: true })
})

test('verifyToken: a first connection that takes no request leaves time for a second', async () => {
  const service = await serveSilencing(1)
  const auth = createAuthClient({ baseUrl: service.baseUrl, timeoutMs: 1_000 })
  expect(await auth.verifyToken('opaque')).toMatchObject({ active: true })
  expect(service.sockets.size).toBe(2)
})

test('verifyToken: a service that is slow on every connection is not sent each request twice', async () => {
  let requests = 0
  const service = await serve(
    createServer((_request, response) => {
      requests += 1
      setTimeout(() => response.end(valid), 700)
    }),
  )
  const auth = createAuthClient({ baseUrl: service.baseUrl })
  await auth.verifyToken('opaque')
  await auth.verifyToken('opaque')
  expect(requests).toBe(2)
  expect(service.sockets.size).toBe(1)
})
