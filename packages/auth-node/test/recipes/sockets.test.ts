// The recipes for open connections, with real servers and clients: each connection is ended by a revocation, and no other.
import { EventEmitter, on, once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { AuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import type { Express } from 'express'
import type { GraphQLSchema } from 'graphql'
import { createClient } from 'graphql-ws'
import { createSchema } from 'graphql-yoga'
import type { Hono } from 'hono'
import { io } from 'socket.io-client'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { TokenVerifier } from '../../src/index.ts'
import { loadRecipe } from '../load-recipe.ts'
import { startMockedVerifier } from '../mocked-verifier.ts'
import { serve } from '../serve.ts'

let mock: AuthMock
let verifier: TokenVerifier
let tokens: readonly [token: string, other: string]
beforeEach(async () => {
  ;({ mock, verifier } = await startMockedVerifier())
  tokens = [mock.issueToken({ sub: '42' }), mock.issueToken({ sub: '43' })]
  return mock.close
})

/** A stream of events: what has arrived so far, and whether it has ended. */
async function openStream(url: string, init: RequestInit): Promise<{ text: string; hasEnded: boolean }> {
  const response = await fetch(url, init)
  expect(response.status).toBe(200)
  const stream = { text: '', hasEnded: false }
  async function read(): Promise<void> {
    if (!response.body) return
    for await (const chunk of response.body) stream.text += Buffer.from(chunk).toString()
    stream.hasEnded = true
  }
  read().catch(() => undefined)
  return stream
}

/** Opens a stream for each of the two users, and resolves to what becomes of them once the first token is revoked. */
async function tryStreams(url: string, initFor: (token: string) => RequestInit): Promise<unknown> {
  const [first, second] = [
    await openStream(url, initFor(tokens[0])),
    await openStream(url, initFor(tokens[1])),
  ]
  await eventually(() => expect([first.text, second.text].join()).toMatch(/42[^]*43/))
  await verifier.revoke(tokens[0])
  await eventually(() => expect(first.hasEnded).toBe(true))
  const { status } = await fetch(url, initFor(tokens[0]))
  return { hasStrangerEnded: second.hasEnded, statusAfterwards: status }
}

const endedAlone = { hasStrangerEnded: false, statusAfterwards: 401 }

test('ws: a revocation closes the socket of that token with 4401, and a dead token opens none', async () => {
  const serveWebSockets =
    await loadRecipe<(server: Server, verifier: TokenVerifier) => void>('serveWebSockets')
  const server = createServer()
  serveWebSockets(server, verifier)
  const url = (await serve(server)).replace('http', 'ws')
  const sockets = tokens.map((token) => new WebSocket(url, ['bearer', token]))
  onTestFinished(() => sockets.forEach((socket) => socket.terminate()))
  const [first, second] = sockets
  if (!first || !second) throw new Error('there are two')
  expect((await Promise.all(sockets.map((socket) => once(socket, 'message')))).map(String)).toEqual([
    'hello 42,false',
    'hello 43,false',
  ])
  const closed = once(first, 'close')
  await verifier.revoke(tokens[0])
  expect((await closed).map(String)).toEqual(['4401', 'revoked'])
  expect(second.readyState).toBe(WebSocket.OPEN)
  const late = new WebSocket(url, ['bearer', tokens[0]])
  expect(String((await once(late, 'error'))[0])).toContain('401')
})

test('Socket.IO: a revocation disconnects the socket of that token, and a dead token connects none', async () => {
  const createSocketIo = await loadRecipe<(verifier: TokenVerifier) => Server>('createSocketIo')
  const url = await serve(createSocketIo(verifier))
  const open = (token: string): ReturnType<typeof io> => {
    const socket = io(url, { auth: { token }, forceNew: true, reconnection: false })
    onTestFinished(() => void socket.disconnect())
    return socket
  }
  const hello = (socket: ReturnType<typeof io>, event: string): Promise<string> =>
    new Promise((resolve) => void socket.once(event, (value: unknown) => resolve(String(value))))
  const [first, second] = [open(tokens[0]), open(tokens[1])]
  expect(await Promise.all([hello(first, 'hello'), hello(second, 'hello')])).toEqual(['42', '43'])
  const disconnected = hello(first, 'disconnect')
  await verifier.revoke(tokens[0])
  expect(await disconnected).toMatch(/io server disconnect|transport close/)
  expect(second.connected).toBe(true)
  expect(await hello(open(tokens[0]), 'connect_error')).toContain('refused with 401')
})

test('Express, events: a revocation ends the stream of that token, which then cannot be opened', async () => {
  const createEvents = await loadRecipe<(verifier: TokenVerifier) => Express>('createExpressEvents')
  const url = await serve(createServer(createEvents(verifier)))
  const init = (token: string): RequestInit => ({ headers: { cookie: `session=${token}` } })
  expect(await tryStreams(`${url}/events`, init)).toEqual(endedAlone)
})

test('Hono, events: a revocation ends the stream of that token, which then cannot be opened', async () => {
  const createEvents = await loadRecipe<(verifier: TokenVerifier) => Hono>('createHonoEvents')
  const listener = getRequestListener(createEvents(verifier).fetch)
  const url = await serve(createServer((request, response) => void listener(request, response)))
  const init = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })
  expect(await tryStreams(`${url}/events`, init)).toEqual(endedAlone)
})

test('GraphQL Yoga, subscriptions: a revocation ends the subscription of that token, which then cannot be opened', async () => {
  const createSubscriptions =
    await loadRecipe<(verifier: TokenVerifier, orders: EventEmitter) => Server>('createSubscriptions')
  const orders = new EventEmitter()
  const url = await serve(createSubscriptions(verifier, orders))
  // The server greets no client, so that the test sends orders until both clients have heard of one.
  const timer = setInterval(() => orders.emit('order', '42 and 43'), 10)
  onTestFinished(() => clearInterval(timer))
  const init = (token: string): RequestInit => ({
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    },
    body: '{"query":"subscription { order }"}',
  })
  expect(await tryStreams(`${url}/graphql`, init)).toEqual(endedAlone)
  clearInterval(timer)
  await eventually(() => expect(orders.listenerCount('order')).toBe(1))
})

test('graphql-ws: a revocation closes the socket of that token with 4401, and a dead token opens none', async () => {
  const serveSubscriptions =
    await loadRecipe<(server: Server, verifier: TokenVerifier, schema: GraphQLSchema) => void>(
      'serveSubscriptions',
    )
  const orders = new EventEmitter()
  const schema = createSchema({
    typeDefs: 'type Query { ok: Boolean } type Subscription { order: String }',
    resolvers: {
      Subscription: {
        order: { subscribe: () => on(orders, 'order'), resolve: ([text]: readonly [string]) => text },
      },
    },
  })
  const server = createServer()
  serveSubscriptions(server, verifier, schema)
  const url = `${(await serve(server)).replace('http', 'ws')}/graphql`
  const subscribe = (token: string | undefined): { readonly heard: unknown[]; readonly ended: unknown[] } => {
    const client = createClient({ url, connectionParams: { token }, webSocketImpl: WebSocket })
    onTestFinished(() => void client.dispose())
    const heard: unknown[] = []
    const ended: unknown[] = []
    client.subscribe(
      { query: 'subscription { order }' },
      {
        next: ({ data }) => heard.push(data),
        error: (event) => ended.push((event as { code?: unknown }).code ?? event),
        complete: () => ended.push('complete'),
      },
    )
    return { heard, ended }
  }
  const [first, second] = [subscribe(tokens[0]), subscribe(tokens[1])]
  const timer = setInterval(() => orders.emit('order', 'tea'), 10)
  onTestFinished(() => clearInterval(timer))
  await eventually(() =>
    expect([first.heard[0], second.heard[0]]).toEqual([{ order: 'tea' }, { order: 'tea' }]),
  )
  await verifier.revoke(tokens[0])
  await eventually(() => expect(first.ended).toEqual([4401]))
  const [late, empty] = [subscribe(tokens[0]), subscribe(undefined)]
  await eventually(() => expect([late.ended, empty.ended]).toEqual([[4401], [4401]]))
  const count = second.heard.length
  await eventually(() => expect(second.heard.length).toBeGreaterThan(count))
  expect(second.ended).toEqual([])
})
