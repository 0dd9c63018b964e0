// Connections that must not stay, and listeners that must not be heard, whatever the client and the handler do.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { AuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { listen } from '@tokenward/test-kit/ports'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { TokenVerifier } from '../../src/index.ts'
import {
  fromHeader,
  fromWebSocketProtocol,
  requireToken,
  type UpgradeHandler,
  type UpgradeOptions,
} from '../../src/upgrade.ts'
import { startMockedVerifier } from '../mocked-verifier.ts'
import { countConnections } from '../serve.ts'

let mock: AuthMock
let verifier: TokenVerifier
let token: string
beforeEach(async () => {
  ;({ mock, verifier } = await startMockedVerifier())
  token = mock.issueToken()
  return mock.close
})

const places = { readToken: [fromHeader('authorization'), fromWebSocketProtocol()] }

async function serve(
  target: WebSocketServer | UpgradeHandler<unknown>,
  options: UpgradeOptions = {},
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer()
  server.on(
    'upgrade',
    requireToken(verifier, { ...places, ...options, optional: options.optional === true })(target),
  )
  onTestFinished(() => void server.close())
  return { server, port: await listen(server) }
}

/** A client that opens no WebSocket, and keeps its side open whatever the server does. */
function openRaw(port: number, lines: readonly string[] = [], version = '1.1'): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  const head = [`GET / HTTP/${version}`, 'host: shop', 'connection: upgrade', 'upgrade: echo', ...lines]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return socket
}

/** What the client receives until the server closes its side. */
async function read(socket: Socket): Promise<string> {
  let received = ''
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()))
  await once(socket, 'end')
  return received
}

test('a refused connection is closed, also where the client keeps its side open', async () => {
  const { server, port } = await serve(() => undefined)
  const sockets = Array.from({ length: 50 }, () => openRaw(port))
  for (const answer of await Promise.all(sockets.map(read))) expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  await eventually(async () => expect(await countConnections(server)).toBe(0))
})

test.each([
  ['a request of HTTP/1.0', [], '1.0'],
  ['a body that is not read', ['content-length: 5'], '1.1'],
  ['two credentials', ['authorization: Bearer a', 'authorization: Bearer b'], '1.1'],
])('a refused connection is closed: %s', async (_name, lines, version) => {
  const { server, port } = await serve(() => undefined, { optional: version === '1.1' && lines.length === 2 })
  expect(await read(openRaw(port, lines, version))).toMatch(/^HTTP\/1\.1 40[01] /)
  await eventually(async () => expect(await countConnections(server)).toBe(0))
})

test('a refused connection is closed, also where the client reads nothing', async () => {
  const { server, port } = await serve(() => undefined, {
    onChallenge: () => ({ body: 'x'.repeat(20_000_000) }),
  })
  openRaw(port).pause()
  await once(server, 'upgrade')
  await eventually(async () => expect(await countConnections(server)).toBe(0))
})

test.each<[name: string, handler: UpgradeHandler<unknown>, answer: RegExp]>([
  [
    'rejects later, before it has answered',
    async () => {
      await new Promise(setImmediate)
      throw new Error('out of stock')
    },
    /^HTTP\/1\.1 500 /,
  ],
  [
    'rejects after it has answered',
    async (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
      await new Promise(setImmediate)
      throw new Error('out of stock')
    },
    /101 Switching Protocols\r\n\r\n$/,
  ],
  [
    'ends its side and throws',
    (_request, socket) => {
      socket.end()
      throw new Error('out of stock')
    },
    /^$/,
  ],
])('a handler that %s is a warning, and its connection is closed', async (_name, handler, answer) => {
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const { server, port } = await serve(handler)
  expect(await read(openRaw(port, [`authorization: Bearer ${token}`]))).toMatch(answer)
  await eventually(async () => expect(await countConnections(server)).toBe(0))
  expect(warnings.mock.calls.map(([warning]) => String(warning))).toEqual(['Error: out of stock'])
})

test("a handler's signal aborts when its connection is closed, also for a guest", async () => {
  const signals: AbortSignal[] = []
  const { port } = await serve(
    (_request, socket, _head, { signal }) => {
      signals.push(signal)
      socket.resume().on('end', () => socket.end())
    },
    { optional: true },
  )
  const sockets = [openRaw(port, [`authorization: Bearer ${token}`]), openRaw(port)]
  await eventually(() => expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]))
  for (const socket of sockets) socket.destroy()
  await eventually(() => expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]))
  expect(verifier.stats().watched).toBe(0)
})

test('a listener of a WebSocket that is added after the end of the session hears no message', async () => {
  const sockets = new WebSocketServer({ noServer: true })
  const { port } = await serve(sockets)
  const connected = once(sockets, 'connection') as Promise<[WebSocket]>
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, ['bearer', token])
  onTestFinished(() => client.terminate())
  const [socket] = await connected
  await once(client, 'open')
  client.pause()
  await verifier.revoke(token)
  const heard: unknown[] = []
  socket.on('message', (message) => heard.push(message))
  client.send('too late')
  await once(socket, 'close')
  expect(heard).toEqual([])
})

test('a listener that throws has its WebSocket closed for good: a client that does not answer is not heard', async () => {
  vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const sockets = new WebSocketServer({ noServer: true })
  const heard: unknown[] = []
  sockets.on('connection', (socket) => {
    socket.on('message', (message) => heard.push(message))
    throw new Error('out of stock')
  })
  const { port, server } = await serve(sockets)
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, ['bearer', token])
  onTestFinished(() => client.terminate())
  await once(client, 'open')
  client.pause()
  client.send('too late')
  await eventually(async () => expect(await countConnections(server)).toBe(0))
  expect(heard).toEqual([])
})

test('twelve WebSockets of one token cause no warning, and those that close leave no watch', async () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const sockets = new WebSocketServer({ noServer: true })
  const { port } = await serve(sockets)
  const clients = Array.from(
    { length: 12 },
    () => new WebSocket(`ws://127.0.0.1:${port}/`, ['bearer', token]),
  )
  await Promise.all(clients.map((client) => once(client, 'open')))
  expect(verifier.stats().watched).toBe(1)
  for (const client of clients) client.close()
  await eventually(() => expect(verifier.stats().watched).toBe(0))
  expect(warnings).not.toHaveBeenCalled()
})
