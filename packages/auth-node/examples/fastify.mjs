// node examples/fastify.mjs
import fastify from 'fastify'
import { readBearerToken } from '@tokenward/auth-node'
import { identityOf, identityPlugin, requireToken } from '@tokenward/auth-node/fastify'
import { announce, connectService, port } from './service.mjs'

const verifier = await connectService()
const app = fastify()
await app.register(identityPlugin)

app.get('/me', { onRequest: requireToken(verifier, { scopes: ['user'] }) }, async (request) => ({
  sub: identityOf(request).sub,
}))
app.post('/sign-out', { onRequest: requireToken(verifier) }, async ({ headers }) =>
  verifier.revokeAndVerify(readBearerToken(headers.authorization) ?? ''),
)

const address = await app.listen({ port, host: '127.0.0.1' })
announce(Number(new URL(address).port))
