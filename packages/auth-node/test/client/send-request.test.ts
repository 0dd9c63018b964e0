import { EventEmitter, getEventListeners } from 'node:events'
import {
  type Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { AuthTimeoutError, AuthTokenEndedError, type FetchInit } from '@tokenward/auth-core'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { listen } from '@tokenward/test-kit/ports'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createKeptConnections } from '../../src/client/kept-connections.ts'
import { createNodeFetch } from '../../src/client/node-fetch.ts'
import type { NodeHttp } from '../../src/client/node-http.ts'
import { sendRequest } from '../../src/client/send-request.ts'

const get = (signal = new AbortController().signal): FetchInit => ({
  method: 'GET',
  headers: {},
  body: null,
  redirect: 'manual',
  isRepeatable: true,
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

/** Lets the time of timers stand still until a test moves it. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
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

test.each([
  ['for a reason of their own', new Error('gone')],
  ['for a reason whose code is that of our timeouts', Object.assign(new Error('gone'), { code: 'timeout' })],
  ['because the token has ended', new AuthTokenEndedError('revoked')],
])(
  'a caller who leaves %s says nothing about the other connections, which are used again',
  async (_why, reason) => {
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
    setTimeout(() => leaving.abort(reason), 20)
    await expect(left).rejects.toThrow('the connection broke')
    isHeld = false
    await drain(await fetch(url, get()))
    expect(connections()).toBe(2)
  },
)

test('a kept connection on which the deadline passes puts the others in doubt, and the next request opens a new one', async () => {
  // Or a slow machine would give the connection up before the deadline does.
  stopTimers()
  const held: ServerResponse[] = []
  const { url, connections } = await serve((_request, response) => {
    held.push(response)
    if (held.length === 2) for (const each of held) each.end('{}')
    if (held.length === 4) response.end('{}')
  })
  const fetch = createNodeFetch()
  const both = await Promise.all([fetch(url, get()), fetch(url, get())])
  await Promise.all(both.map(drain))
  const deadline = new AbortController()
  const silent = fetch(url, get(deadline.signal))
  await expect.poll(() => held.length, { timeout: 10_000 }).toBe(3)
  deadline.abort(new AuthTimeoutError('verifyToken', 20))
  await expect(silent).rejects.toThrow('the connection broke')
  await drain(await fetch(url, get()))
  expect([held.length, connections()]).toEqual([4, 3])
})

test('a body that takes longer than the deadline says nothing about the other connections', async () => {
  const held: ServerResponse[] = []
  const { url, connections } = await serve((_request, response) => {
    held.push(response)
    if (held.length === 2) for (const each of held) each.end('{}')
    if (held.length === 3) response.write('{')
    if (held.length === 4) response.end('{}')
  })
  const fetch = createNodeFetch()
  const both = await Promise.all([fetch(url, get()), fetch(url, get())])
  await Promise.all(both.map(drain))
  const deadline = new AbortController()
  const slow = await fetch(url, get(deadline.signal))
  deadline.abort(new AuthTimeoutError('verifyToken', 20))
  await expect(drain(slow)).rejects.toThrow()
  await drain(await fetch(url, get()))
  expect(connections()).toBe(2)
})

test('a new connection that stays silent says nothing about the kept ones', async () => {
  const held: ServerResponse[] = []
  const { url, connections } = await serve((_request, response) => {
    held.push(response)
    if (held.length === 1) response.write('{')
    if (held.length === 3) response.end('{}')
  })
  const fetch = createNodeFetch()
  // Its answer has begun, and is not at its end: the next request needs a connection of its own.
  const first = await fetch(url, get())
  const deadline = new AbortController()
  const silent = fetch(url, get(deadline.signal))
  await expect.poll(() => held.length, { timeout: 10_000 }).toBe(2)
  held[0]?.end('}')
  await drain(first)
  deadline.abort(new AuthTimeoutError('verifyToken', 20))
  await expect(silent).rejects.toThrow('the connection broke')
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

/** Node's module, with requests that do as they are told by a test, and note that they were destroyed. */
function fakeHttp(
  tell: (request: EventEmitter, count: number) => void,
  reusedSocket: boolean,
): NodeHttp & { destroyed: EventEmitter[] } {
  let count = 0
  const destroyed: EventEmitter[] = []
  const request = (): ClientRequest => {
    const made: EventEmitter = Object.assign(new EventEmitter(), {
      reusedSocket,
      destroy: () => void destroyed.push(made),
      end: () => undefined,
    })
    count += 1
    const now = count
    setImmediate(() => tell(made, now))
    return made as unknown as ClientRequest
  }
  return { request, destroyed } as unknown as NodeHttp & { destroyed: EventEmitter[] }
}

const targetOf = (http: NodeHttp): Parameters<typeof sendRequest>[0] => ({
  http,
  agent: { sockets: {}, freeSockets: {} } as unknown as Agent,
  options: {},
  kept: createKeptConnections(),
})

const failWith = (code: string) => (request: EventEmitter) =>
  request.emit('error', Object.assign(new Error('broken'), { code }))

test.each(['ECONNRESET', 'EPIPE'])(
  'a kept connection that ends with %s is tried anew, a new one is not',
  async (code) => {
    const fail = failWith(code)
    let tries = 0
    const http = fakeHttp((request, count) => {
      tries = count
      if (count < 3) fail(request)
      else failWith('ENOTFOUND')(request)
    }, true)
    await expect(sendRequest(targetOf(http), '/', get())).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect(tries).toBe(3)
    await expect(sendRequest(targetOf(fakeHttp(fail, false)), '/', get())).rejects.toMatchObject({ code })
  },
)

/** A message that is at its end. */
const answer = (): IncomingMessage =>
  Object.assign(Readable.from([]), { statusCode: 204, headers: {} }) as unknown as IncomingMessage

test.each<[how: string, end: (request: EventEmitter) => boolean, outcome: 'fulfilled' | 'rejected']>([
  ['answered', (request) => request.emit('response', answer()), 'fulfilled'],
  ['refused', failWith('ENOTFOUND'), 'rejected'],
  ['closed without a word', (request) => request.emit('close'), 'rejected'],
])('a request that is %s leaves no timer', async (_how, end, outcome) => {
  stopTimers()
  const http = fakeHttp((request) => {
    request.emit('socket', new Socket())
    expect(vi.getTimerCount()).toBe(1)
    end(request)
  }, true)
  const [{ status }] = await Promise.allSettled([sendRequest(targetOf(http), '/', get())])
  expect(status).toBe(outcome)
  expect(vi.getTimerCount()).toBe(0)
})

test('a kept connection that stays silent is closed, also after one that the server had closed', async () => {
  stopTimers()
  const http = fakeHttp((request, count) => {
    if (count === 1) failWith('EPIPE')(request)
    else request.emit('socket', new Socket())
    if (count === 2) vi.advanceTimersByTime(500)
    if (count === 3) request.emit('response', answer())
  }, true)
  expect(await sendRequest(targetOf(http), '/', get())).toMatchObject({ status: 204 })
  expect(http.destroyed).toHaveLength(1)
})

test('what must not be repeated is sent once, over a kept connection too', async () => {
  stopTimers()
  const once = { ...get(), isRepeatable: false }
  const closed = fakeHttp(
    (request, count) => failWith(count === 1 ? 'ECONNRESET' : 'ENOTFOUND')(request),
    true,
  )
  await expect(sendRequest(targetOf(closed), '/', once)).rejects.toMatchObject({ code: 'ECONNRESET' })
  const slow = fakeHttp((request) => {
    request.emit('socket', new Socket())
    vi.advanceTimersByTime(5_000)
    setImmediate(() => request.emit('response', answer()))
  }, true)
  expect(await sendRequest(targetOf(slow), '/', once)).toMatchObject({ status: 204 })
  expect(slow.destroyed).toEqual([])
})

test('an answer that has come while this process was busy is read, not given up', async () => {
  stopTimers()
  const http = fakeHttp((request) => {
    request.emit('socket', new Socket())
    vi.advanceTimersByTime(500)
    request.emit('response', answer())
  }, true)
  expect(await sendRequest(targetOf(http), '/', get())).toMatchObject({ status: 204 })
  await new Promise((resolve) => setImmediate(resolve))
  expect(http.destroyed).toEqual([])
})

test('an answer of which no connection is known is read, as some mocks of the network give it', async () => {
  const http = fakeHttp((request) => request.emit('response', answer()), false)
  expect(await sendRequest(targetOf(http), '/', get())).toMatchObject({ status: 204 })
})

test('an answer that comes after its request was given up says nothing of how long the service takes', async () => {
  const target = targetOf(
    fakeHttp((request) => {
      const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
      request.emit('socket', new Socket())
      leaving.abort(new Error('gone'))
      now.mockReturnValue(9_000)
      request.emit('response', answer())
      now.mockRestore()
    }, false),
  )
  const leaving = new AbortController()
  await expect(sendRequest(target, '/', get(leaving.signal))).rejects.toThrow('the connection broke')
  expect(target.kept.patienceMs()).toBe(500)
})

test.each([
  new TypeError('broken'),
  Object.assign(new Error('broken'), { code: 'ERR_UNESCAPED_CHARACTERS' }),
  null,
])('what a wrapper of the client throws is handed on: %o', async (thrown) => {
  const request = (): never => {
    throw thrown
  }
  await expect(sendRequest(targetOf({ request } as unknown as NodeHttp), '/', get())).rejects.toBe(thrown)
})
