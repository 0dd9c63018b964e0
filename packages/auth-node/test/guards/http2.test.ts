import { once } from 'node:events'
import { connect, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import fastify from 'fastify'
import Koa from 'koa'
import { expect, test } from 'vitest'
import { identityPlugin, requireToken as fastifyGuard } from '../../src/fastify.ts'
import { createAuthenticate, createTokenVerifier, type TokenVerifier } from '../../src/index.ts'
import { requireToken as koaGuard } from '../../src/koa.ts'
import { fakeService, mint } from '../fake-service.ts'

type Serve = (verifier: TokenVerifier) => Promise<{ port: number; close: () => unknown }>

const serveFastify: Serve = async (verifier) => {
  const app = fastify({ http2: true })
  await app.register(identityPlugin)
  app.get('/me', { onRequest: fastifyGuard(verifier) }, async (request) => request.identity?.sub)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: Number(new URL(address).port), close: () => app.close() }
}

const serveKoa: Serve = async (verifier) => {
  const app = new Koa()
  app.use(koaGuard(verifier)).use((context) => {
    context.body = context.state.identity?.sub
  })
  const listener = app.callback()
  const server = createServer((request, response) => void listener(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

const serveByHand: Serve = async (verifier) => {
  const authenticate = createAuthenticate(verifier)
  const answer = async (request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> => {
    const { rawHeaders } = request
    const values = rawHeaders.filter(
      (_value, index) => rawHeaders[index - 1]?.toLowerCase() === 'authorization',
    )
    const authorization = values.join(', ') || undefined
    const { identity, refusal } = await authenticate({ authorization, url: request.url }, request)
    if (refusal) response.writeHead(refusal.status, refusal.headers).end(refusal.body)
    else response.end(identity?.sub ?? '')
  }
  const server = createServer((request, response) => void answer(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

test.each([
  ['Fastify', serveFastify],
  ['Koa', serveKoa],
  ['a server by hand', serveByHand],
])('HTTP/2 in %s: a good token passes, a bad one and two of them do not', async (_name, serve) => {
  const service = fakeService()
  const { port, close } = await serve(createTokenVerifier(service.auth))
  const client = connect(`http://127.0.0.1:${port}`)
  const [good, dead] = [mint(), mint()]
  service.dead.add(dead)
  const call = async (authorization?: string): Promise<unknown[]> => {
    const stream = client.request({ ':path': '/me', ...(authorization && { authorization }) })
    const body = text(stream)
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
    return [headers[':status'], await body]
  }
  try {
    expect(await call(`Bearer ${good}`)).toEqual([200, '42'])
    expect(await call()).toMatchObject([401, expect.anything()])
    expect(await call(`Bearer ${dead}`)).toMatchObject([401, expect.anything()])
    expect(await call(`Bearer ${good}, Bearer ${good}`)).toMatchObject([400, expect.anything()])
  } finally {
    client.close()
    await close()
  }
})
