import { createServer, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { listen } from './ports.ts'

/** A forward proxy on this machine, and what it was asked for: `CONNECT host:port`, or a method and a whole address. */
export interface TestProxy extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly string[]
}

/**
 * Starts a proxy that forwards plain HTTP and tunnels the rest, to this machine whatever the host.
 *
 * @param credentials `user:password`, when it asks for them
 */
export async function startProxy(credentials?: string): Promise<TestProxy> {
  const requests: string[] = []
  const expected = credentials && `Basic ${Buffer.from(decodeURIComponent(credentials)).toString('base64')}`
  const server = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url}`)
    if (expected !== undefined && incoming.headers['proxy-authorization'] !== expected)
      return void outgoing.writeHead(407).end()
    const { method, headers, url = '' } = incoming
    const { pathname, search, port } = new URL(url)
    const forwarded = request(
      { host: '127.0.0.1', port, path: pathname + search, method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    forwarded.on('error', () => outgoing.destroy())
    return void incoming.pipe(forwarded)
  })
  server.on('connect', ({ url = '', headers }, socket, head) => {
    requests.push(`CONNECT ${url}`)
    if (expected !== undefined && headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const upstream = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [upstream, socket]) {
      end.on('error', () => end.destroy())
      end.on('close', () => void upstream.destroy())
    }
  })
  // The server itself forgets a connection that has become a tunnel, and then waits for its end.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  const port = await listen(server)
  return {
    url: `http://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
