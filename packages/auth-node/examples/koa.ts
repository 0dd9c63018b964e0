// node examples/koa.ts
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { readBearerToken } from '@tokenward/auth-node'
import { requireToken } from '@tokenward/auth-node/koa'
import { announce, connectService, port } from './service.ts'

const verifier = await connectService()
const app = new Koa()

app.use(requireToken(verifier, { scopes: ['user'] }))
app.use(async (context) => {
  if (context.path === '/me') context.body = { sub: context.state.identity?.sub }
  else if (context.path === '/sign-out' && context.method === 'POST')
    context.body = await verifier.revokeAndVerify(readBearerToken(context.headers.authorization) ?? '')
})

const server = app.listen(port, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
