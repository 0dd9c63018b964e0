// node examples/hono.mjs
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { requireToken } from '@tokenward/auth-node/hono'
import { announce, connectService, endSession, port } from './service.mjs'

const verifier = await connectService()
const app = new Hono()
  .get('/me', requireToken(verifier, { scopes: ['user'] }), (context) =>
    context.json({ sub: context.get('identity').sub }),
  )
  .post('/sign-out', requireToken(verifier), async (context) => {
    const { status, body } = await endSession(verifier, context.req.header('authorization'))
    return context.json(body, status)
  })

serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) => announce(address.port))
