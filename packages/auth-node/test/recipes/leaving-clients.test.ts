// The recipes for open connections, with clients that answer nothing, that leave, and that only ask once.
import { EventEmitter, getEventListeners, on, once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import type { GraphQLSchema } from 'graphql'
import { createSchema } from 'graphql-yoga'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { TokenVerifier } from '../../src/index.ts'
import { loadRecipe } from '../load-recipe.ts'
import { startMockedVerifier } from '../mocked-verifier.ts'
import { countConnections, serve } from '../serve.ts'

let mock: AuthMock
let verifier: TokenVerifier
beforeEach(async () => {
  ;({ mock, verifier } = await startMockedVerifier())
  return mock.close
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('endWithToken: a client that does not answer is heard no more, and is cut off', async () => {
  const recipe =
    await loadRecipe<(verifier: TokenVerifier, token: string, socket: WebSocket) => void>(
      'serveUntilTokenEnds',
    )
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  const token = mock.issueToken()
  sockets.on('connection', (socket) => recipe(verifier, token, socket))
  const client = new WebSocket((await serve(server)).replace('http', 'ws'))
  onTestFinished(() => client.terminate())
  await once(client, 'open')
  client.send('tea')
  expect((await once(client, 'message')).map(String)).toEqual(['received tea', 'false'])
  const [socket] = sockets.clients
  const send = vi.spyOn(socket as WebSocket, 'send')
  client.pause()
  await verifier.revoke(token)
  client.send('coffee')
  await eventually(async () => expect(await countConnections(server)).toBe(0))
  expect(send).not.toHaveBeenCalled()
})

/** A client that speaks graphql-transport-ws by hand, so that it can be deaf. */
async function connectByHand(url: string, token: string): Promise<WebSocket> {
  const client = new WebSocket(url, 'graphql-transport-ws')
  onTestFinished(() => client.terminate())
  await once(client, 'open')
  client.send(JSON.stringify({ type: 'connection_init', payload: { token } }))
  await once(client, 'message')
  return client
}

const ask = (client: WebSocket, id: string, query: string): void =>
  client.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }))

test('graphql-ws: after a revocation, a client that does not answer has no event and no operation', async () => {
  const serveSubscriptions =
    await loadRecipe<(server: Server, verifier: TokenVerifier, schema: GraphQLSchema) => void>(
      'serveSubscriptions',
    )
  const orders = new EventEmitter()
  const [bought, sent]: [string[], string[]] = [[], []]
  const schema = createSchema({
    typeDefs: `
      type Query { ok: Boolean }
      type Mutation { buy(what: String): Boolean }
      type Subscription { order(of: String): String }
    `,
    resolvers: {
      Mutation: { buy: (_parent, { what }: { what: string }) => bought.push(what) > 0 },
      Subscription: {
        order: {
          subscribe: () => on(orders, 'order'),
          resolve: ([text]: readonly [string], { of }: { of: string }) => {
            sent.push(`${text} to ${of}`)
            return text
          },
        },
      },
    },
  })
  const server = createServer()
  serveSubscriptions(server, verifier, schema)
  const url = `${(await serve(server)).replace('http', 'ws')}/graphql`
  const token = mock.issueToken()
  const [deaf, stranger] = [await connectByHand(url, token), await connectByHand(url, mock.issueToken())]
  ask(deaf, 's', 'subscription { order(of: "deaf") }')
  ask(stranger, 's', 'subscription { order(of: "stranger") }')
  await eventually(() => expect(orders.listenerCount('order')).toBe(2))
  deaf.pause()
  await verifier.revoke(token)
  for (let count = 0; count < 8; count += 1) ask(deaf, `m${count}`, `mutation { buy(what: "deaf") }`)
  await turn()
  // Before the client is cut off.
  expect([await countConnections(server), orders.listenerCount('order')]).toEqual([2, 1])
  orders.emit('order', 'tea')
  ask(stranger, 'm', 'mutation { buy(what: "stranger") }')
  await eventually(async () => expect(await countConnections(server)).toBe(1))
  expect([sent, bought]).toEqual([['tea to stranger'], ['stranger']])
})

test('graphql-ws: connections of one token that come and go leave nothing behind', async () => {
  const serveSubscriptions =
    await loadRecipe<(server: Server, verifier: TokenVerifier, schema: GraphQLSchema) => void>(
      'serveSubscriptions',
    )
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const server = createServer()
  serveSubscriptions(server, verifier, createSchema({ typeDefs: 'type Query { ok: Boolean }' }))
  const url = `${(await serve(server)).replace('http', 'ws')}/graphql`
  const token = mock.issueToken()
  const clients = await Promise.all(Array.from({ length: 12 }, () => connectByHand(url, token)))
  const shared = verifier.signalFor(token)
  expect(getEventListeners(shared, 'abort')).toHaveLength(12)
  for (const client of clients.slice(1)) client.close()
  await eventually(() => expect(getEventListeners(shared, 'abort')).toHaveLength(1))
  expect(warnings).not.toHaveBeenCalled()
})

const post = (url: string, token: string, query: string, signal?: AbortSignal): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: query.startsWith('subscription') ? 'text/event-stream' : 'application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query }),
    signal: signal ?? null,
  })

test('GraphQL Yoga: a plain query is not watched, and a subscriber that leaves leaves no listener', async () => {
  const createSubscriptions =
    await loadRecipe<(verifier: TokenVerifier, orders: EventEmitter) => Server>('createSubscriptions')
  const orders = new EventEmitter()
  const url = `${await serve(createSubscriptions(verifier, orders))}/graphql`
  for (let user = 0; user < 20; user += 1) {
    const answer = await post(url, mock.issueToken({ sub: `user-${user}` }), '{ ok }')
    expect(await answer.json()).toEqual({ data: { ok: null } })
  }
  expect(verifier.stats().watched).toBe(0)
  const leaving = new AbortController()
  const token = mock.issueToken()
  const stream = await post(url, token, 'subscription { order }', leaving.signal)
  await eventually(() => expect(orders.listenerCount('order')).toBe(1))
  expect(verifier.stats().watched).toBe(1)
  const shared = verifier.signalFor(token, { until: leaving.signal })
  leaving.abort()
  await stream.text().catch(() => undefined)
  await eventually(() => {
    expect(orders.listenerCount('order')).toBe(0)
    expect(verifier.stats().watched).toBe(0)
  })
  expect(getEventListeners(shared, 'abort')).toEqual([])
})
