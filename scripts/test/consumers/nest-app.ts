// The sources of applications of NestJS, which try themselves and print what came of it.

/** A controller, which NestJS 11 and 12 serve alike, on Express and, where it is there, on Fastify. */
export const httpApp = `
import 'reflect-metadata'
import { Controller, Get, Module, Post, type Type, UseGuards } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { createAuthClient, createTokenVerifier, type VerifiedToken } from '@tokenward/auth-node'
import { fromCookie, fromHeader, Identity, Public, Scopes, TokenGuard } from '@tokenward/auth-node/nestjs'

const verifier = createTokenVerifier(createAuthClient())
const token = process.env['TOKEN'] ?? ''

@Controller()
class Orders {
  @Public()
  @Get('health')
  health(@Identity() identity: VerifiedToken | undefined) {
    return { isPublic: identity === undefined }
  }
  @Get('me')
  me(@Identity() identity: VerifiedToken) {
    return { sub: identity.sub }
  }
  @Scopes('user', 'admin')
  @Post('admin')
  admin() {
    return 'admin'
  }
}

@Public()
@Controller('shop')
class Shop {
  @Get()
  list() {
    return { list: true }
  }
  @Scopes('user')
  @Get('cart')
  cart(@Identity() { sub }: VerifiedToken) {
    return { sub }
  }
}

@UseGuards(new TokenGuard(verifier, { onChallenge: ({ error }) => ({ body: 'closed: ' + error }) }))
@Controller('text')
class Text {
  @Get()
  list() {
    return { list: true }
  }
}

const readToken = [fromHeader('authorization'), fromCookie('session')]

@Module({
  controllers: [Orders, Shop],
  providers: [{ provide: APP_GUARD, useValue: new TokenGuard(verifier, { readToken }) }],
})
class AppModule {}

@Module({ controllers: [Text] })
class TextModule {}

async function tryApp(module: Type, adapter?: never) {
  const options = { logger: false, abortOnError: false } as const
  const app = await (adapter ? NestFactory.create(module, adapter, options) : NestFactory.create(module, options))
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  const call = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(url + path, { method, headers })
    return [response.status, await response.text(), response.headers.get('www-authenticate')]
  }
  return { app, call }
}

async function tryHttp(adapter?: never) {
  const { app, call } = await tryApp(AppModule, adapter)
  const bearer = { authorization: 'Bearer ' + token }
  const results = {
    health: await call('/health', { authorization: 'Bearer made-up' }),
    me: await call('/me', bearer),
    cookie: await call('/me', { cookie: 'session=' + token }),
    foreign: await call('/admin', { cookie: 'session=' + token, origin: 'https://evil.example' }, 'POST'),
    none: await call('/me'),
    bad: await call('/me', { authorization: 'Bearer made-up' }),
    two: await call('/me', { ...bearer, cookie: 'session=' + token }),
    admin: await call('/admin', bearer, 'POST'),
    list: await call('/shop'),
    cart: await call('/shop/cart', bearer),
    cartWithout: await call('/shop/cart'),
  }
  await app.close()
  return results
}

async function tryText() {
  const { app, call } = await tryApp(TextModule)
  const result = await call('/text')
  await app.close()
  return result
}

async function main() {
  const adapters = await import('@nestjs/platform-fastify').catch(() => undefined)
  console.log(JSON.stringify({
    express: await tryHttp(),
    fastify: adapters && (await tryHttp(new adapters.FastifyAdapter() as never)),
    text: await tryText(),
  }))
}
void main()
`

/** GraphQL, and gateways on ws and on Socket.IO. */
export const liveApp = `
import 'reflect-metadata'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { createAuthClient, createTokenVerifier, type VerifiedToken } from '@tokenward/auth-node'
import { fromHeader, fromWebSocketProtocol, Identity, Public, rememberRequest, Scopes, TokenGuard } from '@tokenward/auth-node/nestjs'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'

const verifier = createTokenVerifier(createAuthClient())
const [first = '', second = ''] = (process.env['TOKENS'] ?? '').split(' ')

@UseGuards(new TokenGuard(verifier))
@Resolver()
class Me {
  @Query(() => String)
  me(@Identity() identity: VerifiedToken) {
    return identity.sub
  }
  @Scopes('admin')
  @Query(() => String, { nullable: true })
  admin() {
    return 'admin'
  }
  @Public()
  @Query(() => String)
  hello() {
    return 'hello'
  }
}

@UseGuards(new TokenGuard(verifier, { readToken: [fromHeader('authorization'), fromWebSocketProtocol()] }))
@WebSocketGateway()
class Chat {
  handleConnection(client: object, request: IncomingMessage) {
    if (request) rememberRequest(client, request)
  }
  @SubscribeMessage('me')
  me(@Identity() identity: VerifiedToken) {
    return { event: 'me', data: identity.sub }
  }
  @Public()
  @SubscribeMessage('hello')
  hello(@Identity() identity: VerifiedToken | undefined) {
    return { event: 'hello', data: identity ?? null }
  }
}

@Module({
  imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true })],
  providers: [Me],
})
class GraphqlModule {}

@Module({ providers: [Chat] })
class ChatModule {}

async function tryGraphql() {
  const app = await NestFactory.create(GraphqlModule, { logger: false, abortOnError: false })
  await app.listen(0, '127.0.0.1')
  const url = (await app.getUrl()) + '/graphql'
  const query = async (text: string, headers: Record<string, string> = {}) => {
    const body = JSON.stringify({ query: text })
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
    const { data, errors } = await response.json() as { data: unknown; errors?: { extensions: { code: string } }[] }
    return [data, errors?.map(({ extensions }) => extensions.code)]
  }
  const headers = { authorization: 'Bearer ' + first }
  const results = {
    hello: await query('{ hello }'),
    me: await query('{ me hello a: me b: me }', headers),
    none: await query('{ me }'),
    admin: await query('{ hello admin }', headers),
  }
  await app.close()
  return results
}

async function tryWs() {
  const app = await NestFactory.create(ChatModule, { logger: false, abortOnError: false })
  app.useWebSocketAdapter(new WsAdapter(app))
  await app.listen(0, '127.0.0.1')
  const socket = new WebSocket((await app.getUrl()).replace('http', 'ws'), ['bearer', first])
  await once(socket, 'open')
  const ask = async (event: string) => {
    const answer = once(socket, 'message')
    socket.send(JSON.stringify({ event, data: 1 }))
    return JSON.parse(String((await answer)[0])) as unknown
  }
  const results = [await ask('me'), await ask('hello')]
  await verifier.revoke(first)
  results.push(await ask('me'), await ask('hello'))
  socket.close()
  await app.close()
  return results
}

async function trySocketIo() {
  const app = await NestFactory.create(ChatModule, { logger: false, abortOnError: false })
  await app.listen(0, '127.0.0.1')
  const socket = io(await app.getUrl(), { extraHeaders: { authorization: 'Bearer ' + second } })
  const ask = (event: string, answer: string) =>
    new Promise((resolve) => { socket.once(answer, resolve); socket.emit(event, 1) })
  const results = [await ask('me', 'me')]
  await verifier.revoke(second)
  results.push(await ask('me', 'exception'))
  socket.close()
  await app.close()
  return results
}

async function main() {
  console.log(JSON.stringify({ graphql: await tryGraphql(), ws: await tryWs(), socketIo: await trySocketIo() }))
}
void main()
`

/** The guide's gateway and stream of events, which end when their token is revoked. `recipe.js` is the guide's own source. */
export const openApp = `
import 'reflect-metadata'
import { once } from 'node:events'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { WsAdapter } from '@nestjs/platform-ws'
import { createAuthClient } from '@tokenward/auth-node'
import { WebSocket } from 'ws'
import { Chat, Events } from './recipe.js'

const [first = '', second = '', unknown = ''] = (process.env['TOKENS'] ?? '').split(' ')

@Module({ controllers: [Events], providers: [Chat] })
class OpenModule {}

async function main() {
  const app = await NestFactory.create(OpenModule, { logger: false, abortOnError: false })
  app.useWebSocketAdapter(new WsAdapter(app))
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  const open = (authorization: string) => new WebSocket(url.replace('http', 'ws'), { headers: { authorization } })
  const ask = async (socket: any) => {
    const answer = once(socket, 'message')
    socket.send(JSON.stringify({ event: 'me', data: 1 }))
    return JSON.parse(String((await answer)[0])) as unknown
  }
  const [refused, mine, other] = [open('Bearer made-up'), open('Bearer ' + first), open('Bearer ' + second)]
  const results: unknown[] = [(await once(refused, 'close')).map(String)]
  results.push((await once(open('Bearer ' + unknown), 'close')).map(String))
  await Promise.all([mine, other].map((socket) => socket.readyState === 1 || once(socket, 'open')))
  results.push(await ask(mine))
  const stream = await fetch(url + '/events', { headers: { authorization: 'Bearer ' + first } })
  const reader = stream.body!.getReader()
  const chunk = new TextDecoder().decode((await reader.read()).value)
  const closed = once(mine, 'close')
  await createAuthClient().revokeToken(first)
  results.push((await closed).map(String))
  let last = await reader.read()
  while (!last.done) last = await reader.read()
  results.push([stream.status, chunk.length > 0, last.done])
  const again = await fetch(url + '/events', { headers: { authorization: 'Bearer ' + first } })
  results.push(again.status, await ask(other))
  other.close()
  await app.close()
  console.log(JSON.stringify({ results }))
}
void main()
`
