// Checks a token in a worker, after something was set up in the way that the request names, and responds with the name of the server that answered, or with the error.
import { createAuthClient } from '@tokenward/auth-node'

const original = globalThis.fetch

const ways = {
  agent: () => ({
    agent: { addRequest: () => undefined, maxSockets: 1, sockets: {}, destroy: () => undefined },
  }),
  fetch: () => void (globalThis.fetch = async () => Response.json({ sub: 'replaced' })),
  variables: () => undefined,
}

export default {
  async fetch(request) {
    const { way, baseUrl } = await request.json()
    globalThis.fetch = original
    try {
      const auth = createAuthClient({ baseUrl, maxRetries: 0, ...ways[way]() })
      return new Response((await auth.verifyToken('opaque')).sub)
    } catch (error) {
      return new Response(`${error.name} ${error.argument ?? ''}`.trim())
    }
  },
}
