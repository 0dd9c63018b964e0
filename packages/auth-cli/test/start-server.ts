import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { listen } from '@tokenward/test-kit/ports'

/** Starts a service that answers as it is told, for answers that no mock of the service gives. */
export async function startServer(
  listener: RequestListener,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener)
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
