// Sockets of a real server and real clients, which may stop reading and go on sending.
import { getEventListeners, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { AuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { isAuthError, type TokenVerifier } from '../../src/index.ts'
import { endWithToken, type EndWithTokenOptions } from '../../src/upgrade.ts'
import { startMockedVerifier } from '../mocked-verifier.ts'

let mock: AuthMock
let verifier: TokenVerifier
let token: string
beforeEach(async () => {
  ;({ mock, verifier } = await startMockedVerifier())
  token = mock.issueToken()
  return mock.close
})

type Connect = () => Promise<[client: WebSocket, socket: WebSocket]>

async function listen(): Promise<Connect> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const clients: WebSocket[] = []
  onTestFinished(() => {
    server.close()
    for (const each of [...clients, ...server.clients]) each.terminate()
  })
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  return async () => {
    const client = new WebSocket(url)
    clients.push(client)
    const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [
      [WebSocket],
      unknown,
    ]
    return [client, socket]
  }
}

const reasonOf = ({ reason }: AbortSignal): unknown =>
  isAuthError(reason) && reason.code === 'token_ended' ? reason.reason : reason

test('endWithToken: the socket is closed with 4401 and the reason, and its signal aborts with the same', async () => {
  const connect = await listen()
  const [[client, socket], [stranger, other]] = [await connect(), await connect()]
  const signal = endWithToken(verifier, token, socket)
  const strange = endWithToken(verifier, mock.issueToken(), other)
  const closed = once(client, 'close')
  expect([signal.aborted, strange.aborted]).toEqual([false, false])
  await verifier.revoke(token)
  expect(reasonOf(signal)).toBe('revoked')
  expect((await closed).map(String)).toEqual(['4401', 'revoked'])
  expect([strange.aborted, stranger.readyState]).toEqual([false, WebSocket.OPEN])
})

test('endWithToken: a client that reads nothing and goes on sending is not heard, and is cut off', async () => {
  const [client, socket] = await (await listen())()
  const heard: string[] = []
  socket.on('message', (message: Buffer) => heard.push(message.toString()))
  endWithToken(verifier, token, socket)
  client.send('in time')
  await eventually(() => expect(heard).toEqual(['in time']))
  client.pause()
  await verifier.revoke(token)
  client.send('too late')
  await once(socket, 'close')
  expect(heard).toEqual(['in time'])
})

test('endWithToken: a listener that is added after the end hears no message, however it is added', async () => {
  const [client, socket] = await (await listen())()
  endWithToken(verifier, token, socket)
  client.pause()
  await verifier.revoke(token)
  const heard: string[] = []
  socket.on('message', () => heard.push('on'))
  socket.once('message', () => heard.push('once'))
  socket.prependListener('message', () => heard.push('prependListener'))
  socket.addEventListener('message', () => heard.push('addEventListener'))
  Reflect.set(socket, 'onmessage', () => heard.push('onmessage'))
  client.send('too late')
  await once(socket, 'close')
  expect(heard).toEqual([])
})

test('endWithToken: a token that is known to be dead ends its socket at once', async () => {
  const [client, socket] = await (await listen())()
  await verifier.revoke(token)
  const closed = once(client, 'close')
  const signal = endWithToken(verifier, token, socket)
  expect(reasonOf(signal)).toBe('revoked')
  expect((await closed).map(String)).toEqual(['4401', 'revoked'])
})

test('endWithToken: a socket that is closed, before or later, is watched no more, and its signal aborts', async () => {
  const [client, socket] = await (await listen())()
  const signal = endWithToken(verifier, token, socket)
  expect(verifier.stats().watched).toBe(1)
  client.close()
  await once(socket, 'close')
  expect([signal.aborted, (signal.reason as Error).name]).toEqual([true, 'AbortError'])
  expect(verifier.stats().watched).toBe(0)
  expect(endWithToken(verifier, token, socket).aborted).toBe(true)
  expect(verifier.stats().watched).toBe(0)
})

test('endWithToken: sockets of one token that come and go leave no listener behind, and cause no warning', async () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const connect = await listen()
  const shared = verifier.signalFor(token)
  const pairs = []
  for (let count = 0; count < 12; count += 1) pairs.push(await connect())
  const signals = pairs.map(([, socket]) => endWithToken(verifier, token, socket))
  expect(getEventListeners(shared, 'abort')).toHaveLength(12)
  for (const [client] of pairs.slice(1)) client.close()
  await eventually(() => expect(getEventListeners(shared, 'abort')).toHaveLength(1))
  await verifier.revoke(token)
  expect(signals.map(reasonOf).filter((reason) => reason === 'revoked')).toHaveLength(1)
  expect(warnings).not.toHaveBeenCalled()
})

test('endWithToken: checkEveryMs says how closely the service is asked', async () => {
  const [client, socket] = await (await listen())()
  await verifier.verifyToken(token)
  endWithToken(verifier, token, socket, { checkEveryMs: 50 })
  mock.revoke(token)
  expect((await once(client, 'close')).map(String)).toEqual(['4401', 'rejected'])
})

test('endWithToken: a verifier that is closed closes the sockets with 1001, after which a client connects again', async () => {
  const [client, socket] = await (await listen())()
  endWithToken(verifier, token, socket)
  const closed = once(client, 'close')
  await verifier.close()
  expect((await closed).map(String)).toEqual(['1001', 'closed'])
})

test('endWithToken: what cannot be used is refused by name', async () => {
  const [, socket] = await (await listen())()
  const mistake = (argument: string): unknown => expect.objectContaining({ code: 'configuration', argument })
  const call =
    (...values: readonly [unknown, unknown, unknown, unknown?]) =>
    (): AbortSignal =>
      endWithToken(...(values as [TokenVerifier, string, WebSocket, EndWithTokenOptions?]))
  expect(call({}, token, socket)).toThrow(mistake('verifier'))
  expect(call(verifier, 42, socket)).toThrow(mistake('token'))
  expect(call(verifier, token, { close() {} })).toThrow(mistake('socket'))
  expect(call(verifier, token, undefined)).toThrow(mistake('socket'))
  expect(call(verifier, token, socket, { checkEveryMs: 0 })).toThrow(mistake('checkEveryMs'))
  expect(call(verifier, token, socket, { until: 1 })).toThrow(mistake('until'))
  expect(verifier.stats().watched).toBe(0)
})
