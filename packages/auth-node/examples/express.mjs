// node examples/express.mjs
import express from 'express'
import { readBearerToken } from '@tokenward/auth-node'
import { identityOf, requireToken } from '@tokenward/auth-node/express'
import { announce, connectService, port } from './service.mjs'

const verifier = await connectService()
const app = express()

app.get('/me', requireToken(verifier, { scopes: ['user'] }), (request, response) => {
  response.json({ sub: identityOf(request).sub })
})
app.post('/sign-out', requireToken(verifier), async (request, response) => {
  response.json(await verifier.revokeAndVerify(readBearerToken(request.headers.authorization) ?? ''))
})

const server = app.listen(port, '127.0.0.1', () => announce(server.address().port))
