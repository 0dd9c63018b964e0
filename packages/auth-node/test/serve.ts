import type { Server } from 'node:http'
import { listen } from '@tokenward/test-kit/ports'
import { onTestFinished } from 'vitest'

/** Lets a server listen until the test ends, and resolves to its address. */
export async function serve(server: Server): Promise<string> {
  const port = await listen(server)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${port}`
}

/** Resolves to how many connections a server holds. */
export function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => void server.getConnections((_error, count) => resolve(count)))
}
