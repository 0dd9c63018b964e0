// node examples/fetch.mjs: handlers as Next, Remix, Workers, Bun and Deno have them, here served by Node.
import { serve } from '@hono/node-server'
import { requireToken } from '@tokenward/auth-node/fetch'
import { announce, connectService, endSession, port } from './service.mjs'

const verifier = await connectService()

export const GET = requireToken(verifier, { scopes: ['user'] })((_request, identity) =>
  Response.json({ sub: identity.sub }),
)
export const POST = requireToken(verifier)(async (request) => {
  const { status, body } = await endSession(verifier, request.headers.get('authorization') ?? undefined)
  return Response.json(body, { status })
})

serve(
  { fetch: (request) => (request.method === 'POST' ? POST : GET)(request), port, hostname: '127.0.0.1' },
  (address) => announce(address.port),
)
