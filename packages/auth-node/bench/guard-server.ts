// One guarded server in a process of its own. Arguments: framework, guard. Its parent sends the tokens and the public key.
import { createPublicKey, hash, type JsonWebKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express, { type RequestHandler } from 'express'
import fastify, { type onRequestHookHandler } from 'fastify'
import { Hono, type MiddlewareHandler } from 'hono'
import { tellProcessorTime } from '@tokenward/scripts/bench/load'
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { requireToken as expressGuard } from '@tokenward/auth-node/express'
import { identityPlugin, requireToken as fastifyGuard } from '@tokenward/auth-node/fastify'
import { requireToken as honoGuard } from '@tokenward/auth-node/hono'

export interface Setup {
  readonly tokens: readonly string[]
  readonly jwk: JsonWebKey
  readonly issuer: string
}

const [framework = '', guard = ''] = process.argv.slice(2)
const [{ tokens, jwk, issuer }] = (await once(process, 'message')) as [Setup]
const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
const pem = publicKey.export({ type: 'spki', format: 'pem' })
const known = new Set(tokens)

const auth = createAuthClient({
  env: 'shop',
  fetch: async (_url, { headers: { authorization = '' } }) =>
    Response.json(known.has(authorization.slice(7)) ? { sub: '42', client_id: 'shop', scope: 'user' } : {}),
})
const verifier = createTokenVerifier(auth, { revocationWindowMs: 3_600_000 })
for (const token of tokens) await verifier.verifyToken(token)

/** What a developer would write by hand: a Map in order of use, by the SHA-256 of the token. */
const entries = new Map<string, { sub: string; expiresAt: number }>()
for (const token of tokens)
  entries.set(hash('sha256', token, 'base64'), { sub: '42', expiresAt: Date.now() + 3_600_000 })
function findByHand(header: string | undefined): string | undefined {
  if (!header?.startsWith('Bearer ')) return undefined
  const key = hash('sha256', header.slice(7), 'base64')
  const entry = entries.get(key)
  if (!entry || entry.expiresAt <= Date.now()) return undefined
  entries.delete(key)
  entries.set(key, entry)
  return entry.sub
}

async function expressHandler(): Promise<RequestHandler | undefined> {
  if (guard === 'ours') return expressGuard(verifier, { scopes: ['user'] })
  if (guard === 'by hand')
    return (request, response, next) => {
      const sub = findByHand(request.headers.authorization)
      if (sub === undefined) response.status(401).json({})
      else {
        Object.assign(request, { user: sub })
        next()
      }
    }
  if (guard !== 'usual') return undefined
  const { auth: usual } = await import('express-oauth2-jwt-bearer')
  const jwksUri = `${issuer}/jwks`
  return usual({ issuer, audience: 'shop', jwksUri, tokenSigningAlg: 'RS256' })
}

async function serveExpress(): Promise<RequestListener> {
  const app = express()
  const handler = await expressHandler()
  if (handler) app.use(handler)
  app.get('/me', (_request, response) => void response.json({ ok: true }))
  // The error of the usual package, as its documentation has it answered.
  app.use(((error: { status?: number }, _request, response, _next) => {
    response.status(error.status ?? 500).json({})
  }) as express.ErrorRequestHandler)
  return app
}

async function serveFastify(): Promise<RequestListener> {
  const app = fastify()
  if (guard === 'ours') {
    await app.register(identityPlugin)
    app.addHook('onRequest', fastifyGuard(verifier, { scopes: ['user'] }))
  } else if (guard === 'by hand') {
    app.decorateRequest('user')
    const hook: onRequestHookHandler = (request, reply, done) => {
      const sub = findByHand(request.headers.authorization)
      if (sub === undefined) void reply.code(401).send({})
      else {
        Object.assign(request, { user: sub })
        done()
      }
    }
    app.addHook('onRequest', hook)
  } else if (guard.startsWith('usual')) {
    const { default: jwt } = await import('@fastify/jwt')
    await app.register(jwt, {
      secret: { public: pem },
      verify: { cache: guard === 'usual cached' ? 2_000 : false },
    })
    app.addHook('onRequest', async (request) => void (await request.jwtVerify()))
  }
  app.get('/me', async () => ({ ok: true }))
  await app.ready()
  return (request, response) => app.routing(request, response)
}

async function serveHono(): Promise<RequestListener> {
  const app = new Hono()
  if (guard === 'ours') app.use(honoGuard(verifier, { scopes: ['user'] }))
  else if (guard === 'by hand') {
    const handler: MiddlewareHandler<{ Variables: { user: string } }> = async (context, next) => {
      const sub = findByHand(context.req.header('authorization'))
      if (sub === undefined) return context.json({}, 401)
      context.set('user', sub)
      await next()
      return undefined
    }
    app.use(handler)
  } else if (guard === 'usual') {
    const { jwt } = await import('hono/jwt')
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify'])
    app.use(jwt({ secret: key, alg: 'RS256' }))
  }
  app.get('/me', (context) => context.json({ ok: true }))
  const listener = getRequestListener(app.fetch)
  return (request, response) => void listener(request, response)
}

const serve = { Express: serveExpress, Fastify: serveFastify, Hono: serveHono }[framework]
if (!serve) throw new Error(`no such framework: ${framework}`)
const server = createServer(await serve())
await once(server.listen(0, '127.0.0.1'), 'listening')
process.send?.((server.address() as AddressInfo).port)
tellProcessorTime()
process.on('disconnect', () => process.exit())
