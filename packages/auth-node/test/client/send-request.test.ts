import { EventEmitter, getEventListeners } from 'node:events'
import { type Agent, type ClientRequest, createServer, type RequestListener } from 'node:http'
import type { FetchInit } from '@tokenward/auth-core'
import { listen } from '@tokenward/test-kit/ports'
import { expect, onTestFinished, test } from 'vitest'
import { createKeptConnections } from '../../src/client/kept-connections.ts'
import { createNodeFetch } from '../../src/client/node-fetch.ts'
import type { NodeHttp } from '../../src/client/node-http.ts'
import { sendRequest } from '../../src/client/send-request.ts'

const get = (signal = new AbortController().signal): FetchInit => ({
  method: 'GET',
  headers: {},
  body: null,
  redirect: 'manual',
  signal,
})

async function serve(answer: RequestListener): Promise<{ url: string; connections: () => number }> {
  let connections = 0
  const server = createServer(answer)
  server.on('connection', () => (connections += 1))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${await listen(server)}/`, connections: () => connections }
}

/** Reads a body to its end, so that its connection is free again. */
async function drain(response: Awaited<ReturnType<typeof sendRequest>>): Promise<void> {
  const reader = response.body?.getReader() ?? expect.unreachable()
  while (!(await reader.read()).done);
}

test('the headers of an answer are found in any capitals, several of one name joined, a missing one is null', async () => {
  const { url } = await serve((_request, response) =>
    response.writeHead(204, { 'X-Request-Id': '7', 'Set-Cookie': ['a=1', 'b=2'] }).end(),
  )
  const { status, headers } = await createNodeFetch()(url, get())
  expect(status).toBe(204)
  expect(['x-request-id', 'X-REQUEST-ID', 'Set-Cookie', 'etag'].map((name) => headers.get(name))).toEqual([
    '7',
    '7',
    'a=1, b=2',
    null,
  ])
})

test('a request leaves no listener on the signal of its caller', async () => {
  const { url } = await serve((_request, response) => response.end('{}'))
  const { signal } = new AbortController()
  await drain(await createNodeFetch()(url, get(signal)))
  await expect.poll(() => getEventListeners(signal, 'abort').length, { timeout: 10_000 }).toBe(0)
})

test('a caller who has left before sends nothing', async () => {
  let requests = 0
  const { url } = await serve((_request, response) => response.end(String((requests += 1))))
  const reason = new Error('gone')
  await expect(createNodeFetch()(url, get(AbortSignal.abort(reason)))).rejects.toBe(reason)
  expect(requests).toBe(0)
})

test('a caller who leaves says nothing about the other connections, which are used again', async () => {
  let isHeld = false
  const { url, connections } = await serve((_request, response) => {
    if (!isHeld) setTimeout(() => response.end('{}'), 20)
  })
  const fetch = createNodeFetch()
  const both = await Promise.all([fetch(url, get()), fetch(url, get())])
  await Promise.all(both.map(drain))
  isHeld = true
  const leaving = new AbortController()
  const left = fetch(url, get(leaving.signal))
  setTimeout(() => leaving.abort(new Error('gone')), 20)
  await expect(left).rejects.toThrow()
  isHeld = false
  await drain(await fetch(url, get()))
  expect(connections()).toBe(2)
})

test('after a silent connection, the next one may be as slow as it is: the request is not sent a third time', async () => {
  let requests = 0
  const { url } = await serve((_request, response) => {
    requests += 1
    // Two that open connections, one that is never answered, one beside it, and the second try of the silent one.
    const waitMs = [20, 20, undefined, 0, 900][requests - 1]
    if (waitMs !== undefined) setTimeout(() => response.end('{}'), waitMs)
  })
  const fetch = createNodeFetch()
  const both = await Promise.all([fetch(url, get()), fetch(url, get())])
  await Promise.all(both.map(drain))
  const silent = fetch(url, get())
  await expect.poll(() => requests, { timeout: 10_000 }).toBe(3)
  await drain(await fetch(url, get()))
  await drain(await silent)
  expect(requests).toBe(5)
})

/** Node's module, with a request that does as it is told by a test. */
function fakeHttp(tell: (request: EventEmitter, count: number) => void, reusedSocket: boolean): NodeHttp {
  let count = 0
  const request = (): ClientRequest => {
    const made = Object.assign(new EventEmitter(), {
      reusedSocket,
      destroy: () => undefined,
      end: () => undefined,
    })
    count += 1
    const now = count
    setImmediate(() => tell(made, now))
    return made as unknown as ClientRequest
  }
  return { request } as unknown as NodeHttp
}

const failWith = (code: string) => (request: EventEmitter) =>
  request.emit('error', Object.assign(new Error('broken'), { code }))

test.each(['ECONNRESET', 'EPIPE'])(
  'a kept connection that ends with %s is tried anew, a new one is not',
  async (code) => {
    const fail = failWith(code)
    const target = (http: NodeHttp): Parameters<typeof sendRequest>[0] => ({
      http,
      agent: { sockets: {}, freeSockets: {} } as unknown as Agent,
      options: {},
      kept: createKeptConnections(),
    })
    let tries = 0
    const http = fakeHttp((request, count) => {
      tries = count
      if (count < 3) fail(request)
      else failWith('ENOTFOUND')(request)
    }, true)
    await expect(sendRequest(target(http), get())).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect(tries).toBe(3)
    await expect(sendRequest(target(fakeHttp(fail, false)), get())).rejects.toMatchObject({ code })
  },
)
