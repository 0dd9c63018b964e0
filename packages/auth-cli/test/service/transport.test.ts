import { createRequire } from 'node:module'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { listen } from '@tokenward/test-kit/ports'
import { expect, test } from 'vitest'
import { createTransport } from '../../src/service/transport.ts'
import { runCli } from '../run-cli.ts'
import { startServer } from '../start-server.ts'

// The clock of undici's own limits.
const { tick } = createRequire(import.meta.url)('undici/lib/util/timers.js') as {
  readonly tick: (ms: number) => void
}

test('transport: the time of a call is what the client was given, also where undici would end it after five minutes', async () => {
  await using server = await startServer((_request, response) => {
    // A new timer counts from the first tick on.
    tick(0)
    tick(301_000)
    response.end('{}')
  })
  const { send, close } = await createTransport(new URL(server.url), 1, 10_000)
  const answer = send(`${server.url}/`, { method: 'GET', headers: {}, signal: new AbortController().signal })
  expect(String(await (await answer).bytes())).toBe('{}')
  await close()
})

test.each([
  ['verify', ['verify']],
  ['revoke --confirm', ['revoke', '--confirm']],
])(
  '%s: a connection that stalls while it is made is given up, and the next try makes a new one',
  async (_, args) => {
    const sockets: Socket[] = []
    // The first connection never comes to TLS; over the next one, the service's answer is no TLS, which is told at once.
    const relay = createTcpServer((socket) => {
      sockets.push(socket)
      if (sockets.length > 1) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    const port = await listen(relay)
    const { code, stderr } = await runCli([...args, '--timeout', '2000'], {
      input: 'alice',
      env: { TOKENWARD_BASE_URL: `https://127.0.0.1:${port}` },
    })
    for (const socket of sockets) socket.destroy()
    relay.close()
    expect({ code, isTold: stderr.includes('ERR_SSL') }).toEqual({ code: 3, isTold: true })
    expect(sockets.length).toBeGreaterThan(1)
  },
)
