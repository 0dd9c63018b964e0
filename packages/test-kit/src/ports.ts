import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Listens on a free port.
 *
 * @param server a server of `node:http`, `node:https`, `node:http2` or `node:net`
 * @param host the address. Default: the loopback interface
 * @returns the port
 */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  await once(server.listen(0, host), 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the server listens on no port')
  return address.port
}

/** Finds a port of 127.0.0.1 that is free now, for a program that cannot choose one by itself. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
