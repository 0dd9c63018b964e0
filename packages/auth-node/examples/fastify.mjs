// node examples/fastify.mjs
import fastify from 'fastify'
import { identityOf, identityPlugin, requireToken } from '@tokenward/auth-node/fastify'
import { announce, connectService, endSession, port } from './service.mjs'

const verifier = await connectService()
const app = fastify()
await app.register(identityPlugin)

app.get('/me', { onRequest: requireToken(verifier, { scopes: ['user'] }) }, async (request) => ({
  sub: identityOf(request).sub,
}))
app.post('/sign-out', { onRequest: requireToken(verifier) }, async (request, reply) => {
  const { status, body } = await endSession(verifier, request.headers.authorization)
  return reply.code(status).send(body)
})

const address = await app.listen({ port, host: '127.0.0.1' })
announce(Number(new URL(address).port))
