import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { startAuthMock, type AuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createAuthClient, createTokenVerifier, type TokenVerifier } from '../src/index.ts'
import {
  fromCookie,
  fromHeader,
  fromWebSocketProtocol,
  identityOf,
  requireToken,
  type UpgradeHandler,
  type UpgradeOptions,
} from '../src/upgrade.ts'

let mock: AuthMock
let verifier: TokenVerifier
beforeEach(async () => {
  mock = await startAuthMock({ clientId: 'shop' })
  const auth = createAuthClient({ baseUrl: mock.url, clientId: 'shop', maxRetries: 0, timeoutMs: 2_000 })
  verifier = createTokenVerifier(auth)
  return mock.close
})

const places = { readToken: [fromHeader('authorization'), fromWebSocketProtocol(), fromCookie('session')] }

/** A server whose upgrades are guarded. */
async function listen(
  target: WebSocketServer | UpgradeHandler<unknown>,
  options: UpgradeOptions = places,
): Promise<string> {
  const server = createServer()
  server.on('upgrade', requireToken(verifier, { ...options, optional: options.optional === true })(target))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that greets, and answers each message with whose token it is. */
function createSockets(): WebSocketServer & { readonly received: string[] } {
  const received: string[] = []
  const sockets = new WebSocketServer({ noServer: true })
  sockets.on('connection', (socket, request) => {
    socket.send(`hello ${identityOf(request).sub}`)
    socket.on('message', (message: Buffer) => received.push(message.toString()))
  })
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate()
  })
  return Object.assign(sockets, { received })
}

async function open(
  url: string,
  protocols: string[] = [],
  headers: OutgoingHttpHeaders = {},
): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${url}/`, protocols, { headers })
  onTestFinished(() => socket.terminate())
  await once(socket, 'message')
  return socket
}

/** What a client without WebSockets sees of the refusal. */
async function refusal(url: string, headers: OutgoingHttpHeaders = {}, path = '/'): Promise<unknown> {
  const upgrade = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  }
  const request = get(`http://${url}${path}`, { headers: { ...upgrade, ...headers } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

test('a good token opens the socket, from each place, and the list of protocols is answered without the token', async () => {
  const seen: unknown[] = []
  const sockets = createSockets()
  sockets.on('connection', (_socket, request) =>
    seen.push(request.headers['sec-websocket-protocol'], JSON.stringify(request.rawHeaders)),
  )
  const url = await listen(sockets)
  const token = mock.issueToken({ sub: '42' })
  expect((await open(url, [], { authorization: `Bearer ${token}` })).protocol).toBe('')
  expect((await open(url, [], { cookie: `session=${token}`, origin: `http://${url}` })).protocol).toBe('')
  seen.length = 0
  expect((await open(url, ['bearer', token])).protocol).toBe('bearer')
  expect((await open(url, ['chat', 'bearer', token])).protocol).toBe('chat')
  expect(seen[0]).toBe('bearer')
  expect(seen[2]).toBe('chat, bearer')
  expect(JSON.stringify(seen)).not.toContain(token)
})

test('a refusal is a response of HTTP, with the status and headers of the other guards', async () => {
  const url = await listen(createSockets(), { ...places, scopes: ['user'] })
  const token = mock.issueToken({ scope: 'user' })
  const bearer = (value: string): OutgoingHttpHeaders => ({ authorization: `Bearer ${value}` })
  const body = '{"error":"none","error_description":"an access token is required"}'
  expect(await refusal(url)).toEqual({
    status: 401,
    headers: {
      'content-type': 'application/json',
      'www-authenticate': 'Bearer realm="api"',
      'cache-control': 'no-store',
      'content-length': String(body.length),
      connection: 'close',
    },
    body,
  })
  expect(await refusal(url, bearer('made-up'))).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
  })
  expect(await refusal(url, bearer(mock.issueToken({ scope: 'sso' })))).toMatchObject({ status: 403 })
  expect(
    await refusal(url, { ...bearer(token), 'sec-websocket-protocol': `bearer, ${token}` }),
  ).toMatchObject({
    status: 400,
  })
  expect(await refusal(url, bearer(token), `/?access_token=${token}`)).toMatchObject({ status: 400 })
  expect(await refusal(url, {}, `/?access_token=${token}`)).toMatchObject({ status: 401 })
  mock.fail({ operation: 'verifyToken', status: 503, headers: { 'retry-after': '7' }, times: 1 })
  expect(await refusal(url, bearer(token))).toMatchObject({ status: 503, headers: { 'retry-after': '7' } })
})

class InheritedOptions {
  get scopes(): readonly string[] {
    return ['admin']
  }
}

test.each([
  ['null', null],
  ['a list', [{ scopes: ['admin'] }]],
  ['a map', new Map([['scopes', ['admin']]])],
  ['an object that inherits its options', Object.create({ scopes: ['admin'] })],
  ['an instance of a class', new InheritedOptions()],
])('%s in place of the options is refused, because its restrictions would be lost', (_name, options) => {
  expect(() => requireToken(verifier, options as UpgradeOptions)).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'options' }),
  )
})

test('a cookie opens no socket for a page of another origin, although a WebSocket opens with a GET', async () => {
  const url = await listen(createSockets())
  const cookie = `session=${mock.issueToken()}`
  expect(await refusal(url, { cookie, origin: 'https://evil.example' })).toMatchObject({ status: 403 })
  expect(await refusal(url, { cookie })).toMatchObject({ status: 403 })
})

test('a revocation closes the sockets of that token, and no other, with 4401, and no message is handed on afterwards', async () => {
  const sockets = createSockets()
  const url = await listen(sockets)
  const [token, other] = [mock.issueToken({ sub: '42' }), mock.issueToken({ sub: '43' })]
  const [first, second, stranger] = await Promise.all([
    open(url, ['bearer', token]),
    open(url, ['bearer', token]),
    open(url, ['bearer', other]),
  ])
  const closed = Promise.all([once(first, 'close'), once(second, 'close')])
  await verifier.revoke(token)
  first.send('too late')
  for (const [code, reason] of await closed) expect([code, String(reason)]).toEqual([4401, 'revoked'])
  stranger.send('still here')
  await eventually(() => expect(sockets.received).toEqual(['still here']))
  expect(stranger.readyState).toBe(WebSocket.OPEN)
})

test('a client that does not answer the end of its session is cut off', async () => {
  const url = await listen(createSockets())
  const token = mock.issueToken()
  const socket = connect(Number(url.split(':')[1]), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(
    [
      'GET / HTTP/1.1',
      `host: ${url}`,
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version: 13',
      `authorization: Bearer ${token}`,
      '',
      '',
    ].join('\r\n'),
  )
  await once(socket, 'data')
  const ended = once(socket.resume(), 'end')
  await verifier.revoke(token)
  expect(await ended).toEqual([])
})

test('the service itself ends a session that is watched closely enough', async () => {
  const url = await listen(createSockets(), { ...places, checkEveryMs: 50 })
  const token = mock.issueToken()
  const socket = await open(url, ['bearer', token])
  const closed = once(socket, 'close')
  mock.revoke(token)
  expect((await closed)[0]).toBe(4401)
})

test('a handler of your own gets the identity and the signal, and its connection is destroyed after the session', async () => {
  const url = await listen((_request, socket, _head, { identity, signal }) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n')
    socket.write((identity as { sub: string }).sub)
    signal.addEventListener('abort', () => socket.write('bye'))
  })
  const token = mock.issueToken({ sub: '42' })
  const headers = { connection: 'upgrade', upgrade: 'echo', authorization: `Bearer ${token}` }
  const request = get(`http://${url}`, { headers })
  const [, socket] = (await once(request, 'upgrade')) as [IncomingMessage, NodeJS.ReadWriteStream]
  const received = text(socket)
  await verifier.revoke(token)
  expect(await received).toMatch(/^42bye$|^bye$/)
})

test('optional: a guest comes in, and a bad token does not', async () => {
  const sockets = new WebSocketServer({ noServer: true })
  sockets.on('connection', (socket, request) => {
    expect(() => identityOf(request)).toThrow('no requireToken ran before')
    socket.send('hello')
  })
  const url = await listen(sockets, { ...places, optional: true })
  const socket = await open(url)
  socket.close()
  expect(await refusal(url, { authorization: 'Bearer made-up' })).toMatchObject({ status: 401 })
})

test('a mistake of the application is 500 and a warning, and does not end the process', async () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const headers = { authorization: `Bearer ${mock.issueToken()}` }
  const split = await listen(createSockets(), {
    onChallenge: () => ({ headers: { 'x-shop': 'a\r\nset-cookie: b' } }),
  })
  expect(await refusal(split)).toMatchObject({ status: 500, body: '' })
  const broken = await listen(() => {
    throw new Error('out of stock')
  })
  expect(await refusal(broken, headers)).toMatchObject({ status: 500 })
  const odd = await listen(() => {
    throw Object.create(null)
  })
  expect(await refusal(odd, headers)).toMatchObject({ status: 500 })
  expect(warnings.mock.calls.map(([warning]) => String(warning))).toEqual([
    'TypeError: onChallenge has returned a header that cannot be sent',
    'Error: out of stock',
    'an error without a text',
  ])
})

test('a listener that throws closes its WebSocket with 1011, and a handler that throws late ends its connection', async () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const protocols = ['bearer', mock.issueToken()]
  const sockets = new WebSocketServer({ noServer: true })
  sockets.on('connection', () => {
    throw new Error('out of stock')
  })
  const client = new WebSocket(`ws://${await listen(sockets)}/`, protocols)
  expect(await once(client, 'close')).toEqual([1011, Buffer.from('internal error')])
  const late = await listen((_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n')
    throw new Error('too late')
  })
  const request = 'GET / HTTP/1.1\r\nhost: shop\r\nconnection: upgrade\r\nupgrade: websocket\r\n'
  const raw = connect(Number(late.split(':')[1]), '127.0.0.1')
  raw.write(`${request}authorization: Bearer ${mock.issueToken()}\r\n\r\n`)
  expect(await text(raw)).not.toContain('500')
  expect(warnings.mock.calls.map(([warning]) => String(warning))).toEqual([
    'Error: out of stock',
    'Error: too late',
  ])
})

test('a client that leaves while its token is checked is no mistake, and harms no other', async () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const url = await listen(createSockets())
  mock.fail({ operation: 'verifyToken', delayMs: 60_000, times: 1 })
  const socket = new WebSocket(`ws://${url}/`, ['bearer', mock.issueToken()])
  socket.on('error', () => undefined)
  await eventually(() => expect(mock.requests()).toHaveLength(1))
  socket.terminate()
  await eventually(() => expect(verifier.stats().inFlight).toBe(0))
  expect(warnings).not.toHaveBeenCalled()
  await open(url, ['bearer', mock.issueToken()])
})

test('requireToken: refuses what cannot be guarded, and options that cannot be used', () => {
  const mistake = (argument: string): unknown => expect.objectContaining({ code: 'configuration', argument })
  expect(() => requireToken(verifier)({} as never)).toThrow(mistake('target'))
  expect(() => requireToken(verifier, { checkEveryMs: 0 })).toThrow(mistake('checkEveryMs'))
  expect(() => requireToken(verifier, JSON.parse('{"scope":[]}') as object)).toThrow(mistake('scope'))
})
