// node examples/express.mjs
import express from 'express'
import { identityOf, requireToken } from '@tokenward/auth-node/express'
import { announce, connectService, endSession, port } from './service.mjs'

const verifier = await connectService()
const app = express()

app.get('/me', requireToken(verifier, { scopes: ['user'] }), (request, response) => {
  response.json({ sub: identityOf(request).sub })
})
app.post('/sign-out', requireToken(verifier), async (request, response) => {
  const { status, body } = await endSession(verifier, request.headers.authorization)
  response.status(status).json(body)
})

const server = app.listen(port, '127.0.0.1', () => announce(server.address().port))
