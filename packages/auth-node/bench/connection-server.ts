// One process of a fleet with open sockets. A socket's first line says whose it is: `watched TOKEN` ends with its token, `bare NAME` when
// the name is published. Argument: the port of Redis.
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { createRedisStore } from '@tokenward/auth-node/redis'
import { createClient } from 'redis'

const [port = ''] = process.argv.slice(2)
const client = createClient({ socket: { host: '127.0.0.1', port: Number(port), reconnectStrategy: 20 } })
client.on('error', () => undefined)
await client.connect()
const verifier = createTokenVerifier(createAuthClient({ env: 'shop' }), {
  store: createRedisStore(client),
  // The service is no part of this.
  revocationWindowMs: 86_400_000,
})

const bare = new Map<string, Set<Socket>>()
const listener = await client.duplicate().connect()
listener.on('error', () => undefined)
await listener.subscribe('bare', (name) => {
  for (const socket of bare.get(name) ?? []) socket.destroy()
})

const server = createServer((socket) => {
  socket.on('error', () => undefined)
  createInterface({ input: socket }).once('line', (line) => {
    const [kind, name = ''] = line.split(' ')
    if (kind === 'bare') bare.set(name, (bare.get(name) ?? new Set()).add(socket))
    else {
      const closed = new AbortController()
      socket.on('close', () => closed.abort())
      const signal = verifier.signalFor(name, { until: closed.signal })
      signal.addEventListener('abort', () => socket.destroy())
    }
    socket.write('open\n')
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }))

process.on('message', () => {
  process.send?.({ watched: verifier.stats().watched, isIsolated: verifier.stats().isIsolated })
})
