// The same guarded server in every framework: /me answers whose token it was, by every method.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express5 from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { requireToken as expressGuard } from '../../src/express.ts'
import { identityPlugin, requireToken as fastifyGuard } from '../../src/fastify.ts'
import { requireToken as fetchGuard } from '../../src/fetch.ts'
import { requireToken as honoGuard } from '../../src/hono.ts'
import type { GuardOptions, TokenVerifier } from '../../src/index.ts'
import { requireToken as koaGuard } from '../../src/koa.ts'

export interface GuardedServer extends AsyncDisposable {
  readonly url: string
  /** How many requests have passed the guard. */
  readonly passed: () => number
}

type Serve = (verifier: TokenVerifier, options?: GuardOptions) => Promise<GuardedServer>

async function listen(listener: RequestListener, passed: () => number): Promise<GuardedServer> {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/me`,
    passed,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const serveExpress =
  (express: typeof express5): Serve =>
  (verifier, options) => {
    let count = 0
    const app = express()
    app.all('/me', expressGuard(verifier, options), (request, response) => {
      count += 1
      response.json(request.identity ?? null)
    })
    return listen(app, () => count)
  }

const serveFastify: Serve = async (verifier, options) => {
  let count = 0
  const app = fastify()
  await app.register(identityPlugin)
  app.all('/me', { onRequest: fastifyGuard(verifier, options) }, async (request, reply) => {
    count += 1
    return reply.type('application/json').send(JSON.stringify(request.identity ?? null))
  })
  await app.ready()
  return listen(
    (request, response) => app.routing(request, response),
    () => count,
  )
}

const serveKoa: Serve = (verifier, options) => {
  let count = 0
  const app = new Koa()
  app.use(koaGuard(verifier, options)).use((context) => {
    count += 1
    context.type = 'json'
    context.body = JSON.stringify(context.state.identity ?? null)
  })
  const listener = app.callback()
  return listen(
    (request, response) => void listener(request, response),
    () => count,
  )
}

const serveHono: Serve = (verifier, options) => {
  let count = 0
  const guard = honoGuard(verifier, options)
  const app = new Hono().all('/me', guard, (context) => {
    count += 1
    return context.json(context.get('identity') ?? null)
  })
  const listener = getRequestListener(app.fetch)
  return listen(
    (request, response) => void listener(request, response),
    () => count,
  )
}

const serveFetch: Serve = (verifier, options) => {
  let count = 0
  const guard = fetchGuard(verifier, options)
  const handler = guard((_request, identity) => {
    count += 1
    return Response.json(identity ?? null)
  })
  const listener = getRequestListener((request) => handler(request))
  return listen(
    (request, response) => void listener(request, response),
    () => count,
  )
}

export const frameworks: readonly (readonly [name: string, serve: Serve])[] = [
  ['Express 5', serveExpress(express5)],
  ['Express 4', serveExpress(express4)],
  ['Fastify', serveFastify],
  ['Koa', serveKoa],
  ['Hono', serveHono],
  ['Fetch', serveFetch],
]
