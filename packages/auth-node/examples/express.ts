// node examples/express.ts
import type { AddressInfo } from 'node:net'
import express from 'express'
import { readBearerToken } from '@tokenward/auth-node'
import { requireToken } from '@tokenward/auth-node/express'
import { announce, connectService, port } from './service.ts'

const verifier = await connectService()
const app = express()

app.get('/me', requireToken(verifier, { scopes: ['user'] }), (request, response) => {
  response.json({ sub: request.identity?.sub })
})
app.post('/sign-out', requireToken(verifier), async (request, response) => {
  response.json(await verifier.revokeAndVerify(readBearerToken(request.headers.authorization) ?? ''))
})

const server = app.listen(port, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
