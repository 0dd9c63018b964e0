import { Readable } from 'node:stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createAuthClient, type Fetch } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

afterEach(() => void vi.unstubAllGlobals())

describe('a fetch of the user that answers with what is no response is a mistake of the program, not an outage', () => {
  const headers = new Headers()
  const readable = 'answer with bytes(), text() or a body with getReader()'
  test.each([
    ['undefined', undefined, 'resolve to a response, not undefined'],
    ['null', null, 'resolve to a response, not null'],
    ['text', '{"sub":"1"}', 'resolve to a response, not a string'],
    ['parsed JSON', { sub: '1' }, 'resolve to a response, not an object'],
    ['a response without headers', { status: 200, body: null }, 'resolve to a response, not an object'],
    ['a status as text', { status: '200', headers, body: null }, 'resolve to a response, not an object'],
    [
      'a Node stream, as node-fetch and cross-fetch do',
      { status: 200, headers, body: Readable.from(['{}']) },
      readable,
    ],
    ['neither body nor text', { status: 200, headers }, readable],
    [
      'a text that is none',
      { status: 200, headers, text: () => Promise.resolve({}) },
      'answer with text, not an object',
    ],
    ['bytes that are none', { status: 200, headers, bytes: () => Promise.resolve('{"sub":"1"}') }, readable],
  ])('verifyToken: %s names the option fetch, and is not tried again', async (_name, answer, rule) => {
    let calls = 0
    const fetch = (() => {
      calls += 1
      return Promise.resolve(answer)
    }) as unknown as Fetch
    const result = createAuthClient({ env: 'my-env', fetch, maxRetries: 2 }).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({
      code: 'configuration',
      argument: 'fetch',
      message: `fetch must ${rule}`,
    })
    expect(calls).toBe(1)
  })

  const missing = {
    code: 'configuration',
    argument: 'fetch',
    message: 'fetch is required: this platform has none of its own',
  }

  test('createAuthClient: a platform without fetch is told at once', () => {
    vi.stubGlobal('fetch', undefined)
    expect(() => createAuthClient({ env: 'my-env' })).toThrow(expect.objectContaining(missing))
  })

  test('verifyToken: a fetch that is gone by then is told, too', async () => {
    const auth = createAuthClient({ env: 'my-env' })
    vi.stubGlobal('fetch', undefined)
    await expect(auth.verifyToken(mintToken())).rejects.toMatchObject(missing)
  })
})

describe('a platform without streams', () => {
  const answerWith =
    (text: string): Fetch =>
    () =>
      Promise.resolve({ status: 200, headers: new Headers(), text: () => Promise.resolve(text) })

  test('verifyToken: text() is read where there is no body', async () => {
    const client = createAuthClient({ env: 'my-env', fetch: answerWith('{"sub":"1"}') })
    await expect(client.verifyToken(mintToken())).resolves.toEqual({ active: true, sub: '1' })
  })

  test('verifyToken: a text of exactly 64 KiB is read', async () => {
    const client = createAuthClient({ env: 'my-env', fetch: answerWith('{"sub":"1"}'.padEnd(65_536)) })
    await expect(client.verifyToken(mintToken())).resolves.toEqual({ active: true, sub: '1' })
  })

  test.each([
    ['more than 64 KiB', ' '.repeat(65_536) + '{"sub":"1"}', 'too_large'],
    ['text that was no UTF-8', '{"sub":"\uFFFD"}', 'not_json'],
  ])('verifyToken: %s is not believed', async (_name, text, reason) => {
    const client = createAuthClient({ env: 'my-env', fetch: answerWith(text) })
    await expect(client.verifyToken(mintToken())).rejects.toMatchObject({ code: 'response', reason })
  })
})

describe('a platform that hands over bytes', () => {
  const answerWith =
    (bytes: Uint8Array): Fetch =>
    () =>
      Promise.resolve({
        status: 200,
        headers: new Headers(),
        bytes: () => Promise.resolve(bytes),
        text: () => Promise.reject(new Error('not read')),
      })
  const ask = (bytes: Uint8Array): Promise<unknown> =>
    createAuthClient({ env: 'my-env', fetch: answerWith(bytes) }).verifyToken(mintToken())
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

  test('verifyToken: bytes() is read before text() where there is no body', async () => {
    await expect(ask(encode('{"sub":"微信"}'))).resolves.toEqual({ active: true, sub: '微信' })
  })

  test('verifyToken: exactly 64 KiB are read', async () => {
    await expect(ask(encode('{"sub":"1"}'.padEnd(65_536)))).resolves.toEqual({ active: true, sub: '1' })
  })

  test.each([
    ['more than 64 KiB', encode(`{"sub":"${'微'.repeat(22_000)}"}`), 'too_large'],
    ['bytes that are no UTF-8', Uint8Array.of(...encode('{"sub":"'), 0xff, ...encode('"}')), 'not_json'],
  ])('verifyToken: %s are not believed', async (_name, bytes, reason) => {
    await expect(ask(bytes)).rejects.toMatchObject({ code: 'response', reason })
  })

  test('verifyToken: without a TextDecoder, what has to be mended is named', async () => {
    vi.stubGlobal('TextDecoder', undefined)
    await expect(ask(encode('{"sub":"1"}'))).rejects.toMatchObject({
      code: 'configuration',
      argument: 'fetch',
      message: 'fetch must answer with text(): there is no TextDecoder',
    })
  })
})

describe('a body that comes in pieces', () => {
  const ask = (...pieces: number[][]): Promise<unknown> => {
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(Uint8Array.from(piece))
        controller.close()
      },
    })
    return clientOver(fakeService(new Response(body))).verifyToken(mintToken())
  }
  const bytes = [...new TextEncoder().encode('{"sub":"微信"}')]

  test('verifyToken: a character that is cut in two is whole again', async () => {
    for (let at = 1; at < bytes.length; at += 1)
      await expect(ask(bytes.slice(0, at), bytes.slice(at))).resolves.toEqual({ active: true, sub: '微信' })
  })

  test.each([
    ['a piece that is no UTF-8', [[0x7b, 0x22], [0xff], [0x22, 0x7d]]],
    ['an end within a character', [[0x7b], [0x7d, 0xe4]]],
  ])('verifyToken: %s is not believed', async (_name, pieces) => {
    await expect(ask(...pieces)).rejects.toMatchObject({ code: 'response', reason: 'not_json' })
  })
})

describe('a body that is JSON but for one byte that is no UTF-8', () => {
  const pieces = [Buffer.from('{"sub":"1'), Uint8Array.of(0xff), Buffer.from('"}')]
  const inPieces = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece)
        controller.close()
      },
    })
  const headers = new Headers()
  test.each<[string, () => object]>([
    ['at once', () => new Response(Buffer.concat(pieces))],
    ['in pieces', () => new Response(inPieces())],
    ['as bytes', () => ({ status: 200, headers, bytes: () => Promise.resolve(Buffer.concat(pieces)) })],
    ['as text', () => ({ status: 200, headers, text: () => Promise.resolve('{"sub":"1\uFFFD"}') })],
  ])('verifyToken and auth.api: it is not believed %s', async (_name, answer) => {
    const reply = (): Promise<Response> => Promise.resolve(answer() as Response)
    const client = clientOver(fakeService(reply, reply))
    const notJson = { code: 'response', reason: 'not_json' }
    await expect(client.verifyToken(mintToken())).rejects.toMatchObject(notJson)
    await expect(client.api.GET('/auth/v1/token/introspect')).rejects.toMatchObject(notJson)
  })
})

describe('a platform without AbortController', () => {
  test('verifyToken: the time still passes, and fetch hears of it', async () => {
    vi.stubGlobal('AbortController', undefined)
    const heard: unknown[] = []
    const fetch: Fetch = (_url, { signal }) => {
      const ignored = (): void => void heard.push('ignored')
      signal.addEventListener('abort', ignored)
      signal.removeEventListener('abort', ignored)
      signal.addEventListener('abort', () => heard.push(signal.reason, signal.aborted))
      heard.push(signal.aborted)
      return new Promise(() => undefined)
    }
    const auth = createAuthClient({ env: 'my-env', fetch, timeoutMs: 10, maxRetries: 0 })
    await expect(auth.verifyToken(mintToken())).rejects.toMatchObject({ code: 'timeout' })
    expect(heard).toEqual([false, expect.objectContaining({ code: 'timeout' }), true])
  })
})

describe('the content type', () => {
  const body = '{"sub":"1"}'
  test.each([
    'text/html',
    'text/html; charset=utf-8',
    'text/html,application/json',
    'application/xml',
    'image/png',
    'application/jsonp',
  ])('verifyToken: valid claims that call themselves %s come from something else', async (type) => {
    const service = fakeService(new Response(body, { headers: { 'content-type': type } }))
    const result = clientOver(service).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'response', reason: 'not_json', status: 200 })
  })

  test('revokeToken: a sign-in page with JSON in it has revoked nothing', async () => {
    const service = fakeService(new Response('{}', { headers: { 'content-type': 'text/html' } }))
    const result = clientOver(service).revokeToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'response', reason: 'not_json' })
  })

  test.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/problem+json',
    'text/plain',
    'text/json',
  ])('verifyToken: claims as %s are read', async (type) => {
    const service = fakeService(new Response(body, { headers: { 'content-type': type } }))
    await expect(clientOver(service).verifyToken(mintToken())).resolves.toMatchObject({ active: true })
  })

  test('verifyToken: claims without a content type are read', async () => {
    const service = fakeService(new Response(new TextEncoder().encode(body)))
    await expect(clientOver(service).verifyToken(mintToken())).resolves.toMatchObject({ active: true })
  })
})

test('verifyToken: keepalive is not mentioned unless it is asked for', async () => {
  const service = fakeService(json({ sub: '1' }))
  await clientOver(service).verifyToken(mintToken())
  // Bun takes `false` for "close the connection afterwards".
  expect(service.requests[0]?.init).not.toHaveProperty('keepalive')
})

test('revokeAndVerifyToken: keepalive is for the revocation alone', async () => {
  const service = fakeService(json({}), json({}))
  await clientOver(service).revokeAndVerifyToken(mintToken(), { keepalive: true })
  expect(service.requests.map(({ init }) => 'keepalive' in init)).toEqual([true, false])
})
