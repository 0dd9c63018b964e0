import { createServer, type Server, type Socket } from 'node:net'
import { listen } from '@tokenward/test-kit/ports'
import { afterEach, expect, test } from 'vitest'
import { tellFleet } from '../../src/commands/tell-fleet.ts'

const sockets = new Set<Socket>()
const servers = new Set<Server>()
afterEach(() => {
  for (const server of servers) server.close()
  for (const socket of sockets) socket.destroy()
})

/** Tells what Redis answers to a command; `undefined` where it stays silent. */
type Answer = (command: string) => string | undefined

/** Listens for connections, and tells the host of the address. */
async function serve(answer: Answer): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      for (const command of String(chunk).split(/^(?=\*)/m)) socket.write(answer(command) ?? '')
    })
  })
  servers.add(server)
  return `127.0.0.1:${await listen(server)}`
}

const cutOff = { service: 'http://127.0.0.1:1', sub: '42', issuedBefore: 0, until: 1 }

const isReadyCheck = (command: string): boolean => /\ninfo\r\n$/i.test(command)
const isHandshake = (command: string): boolean => /\n(?:hello|client\r\n\$7\r\nsetinfo)\r\n/i.test(command)

test.each<[what: string, answer: Answer]>([
  ['accepts and stays silent', () => undefined],
  ['is loading for ever', (command) => (isReadyCheck(command) ? '$9\r\nloading:1\r\n' : '+OK\r\n')],
  [
    'lets a client connect, and then stays silent',
    (command) => (isReadyCheck(command) ? '$0\r\n\r\n' : isHandshake(command) ? '+OK\r\n' : undefined),
  ],
  [
    'lets nothing be read',
    (command) =>
      isReadyCheck(command) ? '$0\r\n\r\n' : /\nxread\r\n/i.test(command) ? undefined : '+OK\r\n',
  ],
])('tellFleet: a Redis that %s ends with an error that names it, and exits with 3', async (_what, answer) => {
  const host = await serve(answer)
  const told = tellFleet(`redis://operator:a-secret-word@${host}`, 'tokenward', cutOff, 200)
  await expect(told).rejects.toMatchObject({
    message: `the fleet was not told: Redis at ${host} cannot be used (no answer)`,
    exitCode: 3,
  })
})
