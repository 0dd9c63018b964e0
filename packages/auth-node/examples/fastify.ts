// node examples/fastify.ts
import fastify from 'fastify'
import { readBearerToken } from '@tokenward/auth-node'
import { identityPlugin, requireToken } from '@tokenward/auth-node/fastify'
import { announce, connectService, port } from './service.ts'

const verifier = await connectService()
const app = fastify()
await app.register(identityPlugin)

app.get('/me', { onRequest: requireToken(verifier, { scopes: ['user'] }) }, async ({ identity }) => ({
  sub: identity?.sub,
}))
app.post('/sign-out', { onRequest: requireToken(verifier) }, async ({ headers }) =>
  verifier.revokeAndVerify(readBearerToken(headers.authorization) ?? ''),
)

const address = await app.listen({ port, host: '127.0.0.1' })
announce(Number(new URL(address).port))
