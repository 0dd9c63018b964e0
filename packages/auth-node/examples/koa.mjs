// node examples/koa.mjs
import Koa from 'koa'
import { identityOf, requireToken } from '@tokenward/auth-node/koa'
import { announce, connectService, endSession, port } from './service.mjs'

const verifier = await connectService()
const app = new Koa()

app.use(requireToken(verifier, { scopes: ['user'] }))
app.use(async (context) => {
  if (context.path === '/me') context.body = { sub: identityOf(context).sub }
  else if (context.path === '/sign-out' && context.method === 'POST')
    Object.assign(context, await endSession(verifier, context.headers.authorization))
})

const server = app.listen(port, '127.0.0.1', () => announce(server.address().port))
