// The platform freezes an instance between two calls, for minutes: no timer runs, and connections die unseen.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { listen } from '@tokenward/test-kit/ports'
import { expect, onTestFinished, test } from 'vitest'

const windowMs = 100
const file = fileURLToPath(new URL('frozen-function.ts', import.meta.url))

function startFunction(baseUrl: string, revocationWindowMs: number): ChildProcess {
  const child = fork(file, [baseUrl, String(revocationWindowMs)], { stdio: 'inherit' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function call(child: ChildProcess, token: string): Promise<unknown> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(20_000) })
  child.send({ token })
  return (await answer)[0]
}

/** Freezes a process while something happens, and for longer than the shortest window of these tests. */
async function freeze(child: ChildProcess, whileFrozen: () => unknown): Promise<void> {
  const startedAt = Date.now()
  child.kill('SIGSTOP')
  await whileFrozen()
  await eventually(() => expect(Date.now() - startedAt).toBeGreaterThan(windowMs))
  child.kill('SIGCONT')
}

test('frozen: the window ends by the clock, without a timer, so that a revocation from elsewhere is seen', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const token = mock.issueToken({ sub: '42' })
  const child = startFunction(mock.url, windowMs)
  expect(await call(child, token)).toEqual({ sub: '42' })
  await freeze(child, () => mock.revoke(token))
  expect(await call(child, token)).toMatchObject({ statusCode: 401 })
})

/** Forwards connections to the service, until they are closed, or fall silent: then it drops their bytes, and neither side is told. */
async function startProxy(target: string): Promise<{
  readonly url: string
  readonly sockets: Set<Socket>
  readonly silent: Set<Socket>
}> {
  const sockets = new Set<Socket>()
  const silent = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const upstream = connect(Number(new URL(target).port), '127.0.0.1')
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
    socket.on('close', () => upstream.destroy())
    socket.on('data', (data) => !silent.has(socket) && upstream.write(data))
    upstream.on('data', (data) => socket.write(data))
  })
  const port = await listen(server)
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { url: `http://127.0.0.1:${port}`, sockets, silent }
}

test.each([
  ['was closed', (socket: Socket) => void socket.end()],
  ['was reset', (socket: Socket) => void socket.resetAndDestroy()],
  ['fell silent', (socket: Socket, silent: Set<Socket>) => void silent.add(socket)],
])('frozen: a connection that %s meanwhile fails no call, and is not used again', async (_name, end) => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const proxy = await startProxy(mock.url)
  const [first, second] = [mock.issueToken({ sub: '42' }), mock.issueToken({ sub: '43' })]
  const child = startFunction(proxy.url, 60_000)
  expect(await call(child, first)).toEqual({ sub: '42' })
  expect(proxy.sockets.size).toBe(1)
  await freeze(child, () => {
    for (const socket of proxy.sockets) end(socket, proxy.silent)
  })
  expect(await call(child, second)).toEqual({ sub: '43' })
  expect(proxy.sockets.size).toBe(2)
  // Of the first token, memory knows without a request.
  expect(await call(child, first)).toEqual({ sub: '42' })
  expect(mock.requests()).toHaveLength(2)
})
