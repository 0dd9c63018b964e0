import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type AuthClient, AuthTimeoutError, type Fetch } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken, type Reply, silence } from '../fake-service.ts'

const active = { sub: '1' }

describe('invariant 1: fail closed', () => {
  // Whatever a server, a proxy or a captive portal says, only one kind of answer lets a token in.
  const bodies = [
    '',
    '{}',
    '[]',
    'null',
    '"x"',
    '""',
    '0',
    'true',
    '{"sub":""}',
    '{"sub":"1"}',
    '{"active":true}',
    '<html>',
  ]
  const statuses = [200, 201, 202, 206, 301, 302, 304, 400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 504]
  test('verifyToken: of all statuses and bodies, only 200 with a subject is active', async () => {
    const letIn: unknown[] = []
    const inactive: unknown[] = []
    for (const status of statuses) {
      for (const body of bodies) {
        const reply = new Response(status === 304 ? null : body, { status })
        const client = clientOver({ requests: [], fetch: () => Promise.resolve(reply) })
        const verdict = await client.verifyToken(mintToken()).catch(() => undefined)
        if (verdict?.active) letIn.push([status, body])
        else if (verdict) inactive.push([status, body])
      }
    }
    expect(letIn).toEqual([[200, '{"sub":"1"}']])
    expect(inactive).toEqual([[200, '{}']])
  })
})

describe('invariant 2: a token never leaves the wire', () => {
  const echo = (
    status: number,
    text: (token: string) => string,
    headers = {},
  ): ((token: string) => Reply) => {
    return (token) => new Response(text(token), { status, headers })
  }
  const replies: [string, (token: string) => Reply][] = [
    [
      'an error that quotes it',
      echo(400, (t) => JSON.stringify({ error: t, error_description: `bad ${t}`, error_code: 3 })),
    ],
    [
      'a gateway error that quotes it',
      echo(403, (t) => JSON.stringify({ code: t, message: t, requestId: t })),
    ],
    [
      'an error that quotes a part of it',
      echo(500, (t) => JSON.stringify({ error: 'x', error_description: t.split('.')[1] })),
    ],
    [
      'an error that quotes the end of it',
      echo(500, (t) => JSON.stringify({ error: 'x', error_description: `bad token …${t.slice(-40)}` })),
    ],
    [
      'an error that quotes an escaped part of it',
      echo(500, (t) => JSON.stringify({ error: `token%3D${t.split('.')[1]}` })),
    ],
    ['HTML that quotes it', echo(502, (t) => `<h1>${t}</h1>`)],
    ['a 200 that is no JSON and quotes it', echo(200, (t) => t)],
    ['a 201 that quotes it', echo(201, (t) => JSON.stringify({ sub: [t] }))],
    ['a redirect that quotes it', echo(302, (t) => t, {})],
    ['a request id that quotes it', (t) => new Response('', { status: 500, headers: { 'x-request-id': t } })],
    [
      'a network failure that quotes it',
      (t) => new TypeError(`Invalid header ${t}`, { cause: new Error(t) }),
    ],
    [
      'a network failure whose code quotes it',
      (t) => Object.assign(new Error(t), { code: t, cause: { code: t } }),
    ],
    [
      'a network failure whose code quotes the end of it',
      (t) => Object.assign(new Error('x'), { code: t.slice(-40) }),
    ],
    [
      'a network failure whose code throws it',
      (t) =>
        Object.defineProperty(new Error('x'), 'code', {
          get(): never {
            throw new Error(t)
          },
        }),
    ],
    ['an unanswered request', () => silence],
  ]
  const calls: [string, (client: AuthClient, token: string) => Promise<unknown>][] = [
    ['verifyToken', (client, token) => client.verifyToken(token)],
    ['revokeToken', (client, token) => client.revokeToken(token)],
    ['revokeAndVerifyToken', (client, token) => client.revokeAndVerifyToken(token)],
  ]
  const cases = calls.flatMap(([name, call]) =>
    replies.map(([what, reply]) => [name, what, call, reply] as const),
  )

  function everySecretOf(token: string): string[] {
    return [token, ...token.split('.'), token.slice(0, 60), token.slice(-30)]
  }

  test.each(cases)('%s: no error or event holds the token after %s', async (_name, _what, call, reply) => {
    const token = mintToken({ secret: 'only-in-the-payload' })
    const events: unknown[] = []
    const service = fakeService(reply(token))
    const watch = (event: unknown): unknown => events.push(event)
    const client = clientOver(service, { timeoutMs: 100, onRequest: watch, onResponse: watch })
    const error: unknown = await call(client, token).then(
      () => expect.fail('must reject'),
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(Error)
    const { stack } = error as Error
    const seen = [
      stack,
      inspect(error, { depth: null, showHidden: true }),
      JSON.stringify(error),
      String(error),
      inspect(events, { depth: null }),
    ]
    for (const secret of everySecretOf(token)) expect(seen.join('\n')).not.toContain(secret)
  })

  test.each(['bad token secret', 'Bearer secretsecret', 'secret\n'])(
    'revokeToken: a refusal of %j does not repeat it',
    async (token) => {
      const error: unknown = await clientOver(fakeService())
        .revokeToken(token)
        .catch((reason: unknown) => reason)
      expect(inspect(error, { showHidden: true })).not.toContain('secret')
    },
  )

  test('createAuthClient: a client shows nothing of what it holds', async () => {
    const token = mintToken()
    const client = clientOver(fakeService(json(active)))
    await client.verifyToken(token)
    expect(inspect(client, { depth: null, showHidden: true })).not.toContain(token)
  })
})

describe('invariant 3: nothing hangs and nothing explodes', () => {
  function dripping(onCancel: () => void = () => undefined): Response {
    const drip = async (controller: ReadableStreamDefaultController): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      controller.enqueue(new Uint8Array([0x20]))
    }
    return new Response(new ReadableStream({ pull: drip, cancel: onCancel }))
  }

  const hanging: [string, Reply][] = [
    ['a fetch that ignores its signal', silence],
    ['a body that never ends', () => Promise.resolve(dripping())],
    ['a body that never begins', () => Promise.resolve(new Response(new ReadableStream({})))],
  ]
  test.each(hanging)('verifyToken: the deadline holds for %s', async (_name, reply) => {
    const result = clientOver(fakeService(reply), { timeoutMs: 50 }).verifyToken(mintToken())
    await expect(result).rejects.toBeInstanceOf(AuthTimeoutError)
    await expect(result).rejects.toMatchObject({ code: 'timeout', operation: 'verifyToken', timeoutMs: 50 })
  })

  test('verifyToken: one deadline covers all tries', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    // Six tries, of which each silent one takes half of what is left, but the last.
    const service = fakeService(
      new Response(null, { status: 503 }),
      ...Array.from({ length: 5 }, () => silence),
    )
    const result = clientOver(service, { maxRetries: 5, timeoutMs: 400 }).verifyToken(mintToken())
    result.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(400)
    await expect(result).rejects.toBeInstanceOf(AuthTimeoutError)
    await expect(result).rejects.toMatchObject({ timeoutMs: 400 })
  })

  test('verifyToken: the time-out of one call goes before that of the client', async () => {
    const result = clientOver(fakeService(silence)).verifyToken(mintToken(), { timeoutMs: 20 })
    await expect(result).rejects.toMatchObject({ timeoutMs: 20 })
  })

  test('verifyToken: an endless body is given up at 64 KiB', async () => {
    let sent = 0
    let isCancelled = false
    const endless = new ReadableStream({
      pull(controller) {
        sent += 16_384
        controller.enqueue(new Uint8Array(16_384).fill(0x20))
      },
      cancel() {
        isCancelled = true
      },
    })
    const result = clientOver(fakeService(new Response(endless))).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'response', reason: 'too_large' })
    expect(isCancelled).toBe(true)
    expect(sent).toBeLessThanOrEqual(65_536 + 3 * 16_384)
  })

  test.each([
    ['buffers', () => new ArrayBuffer(16_384), 8],
    ['empty chunks', () => new Uint8Array(0), 80_000],
  ])('verifyToken: a body without end, made of %s, is given up too', async (_name, chunk, most) => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1
        if (sent > most) controller.close()
        else controller.enqueue(chunk())
      },
    })
    const result = clientOver(fakeService(new Response(endless))).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'response', reason: 'too_large' })
  })

  test('verifyToken: a body of exactly 64 KiB is read', async () => {
    const text = JSON.stringify(active)
    const service = fakeService(new Response(' '.repeat(65_536 - text.length) + text))
    await expect(clientOver(service).verifyToken(mintToken())).resolves.toEqual({ active: true, ...active })
  })

  test.each([200, 401])(
    'verifyToken: %i after a redirect that a fetch has followed is not believed',
    async (status) => {
      const url = 'https://evil.example/auth/v1/token/introspect'
      const marks = { redirected: { value: true }, url: { value: url } }
      const answer = Object.defineProperties(json(active, status), marks)
      const result = clientOver(fakeService(answer)).verifyToken(mintToken())
      await expect(result).rejects.toMatchObject({ code: 'response', reason: 'redirect', status })
    },
  )

  test('verifyToken: an answer from the address that was asked is believed, as MSW marks what it has fetched', async () => {
    const service = fakeService(async (url) =>
      Object.defineProperties(json(active), { redirected: { value: true }, url: { value: url } }),
    )
    await expect(clientOver(service).verifyToken(mintToken())).resolves.toMatchObject({ active: true })
  })

  test('verifyToken: redirects are never followed, not even by the platform', async () => {
    const service = fakeService(
      new Response(null, { status: 302, headers: { location: 'https://evil.example' } }),
    )
    await expect(clientOver(service).verifyToken(mintToken())).rejects.toMatchObject({ reason: 'redirect' })
    expect(service.requests[0]?.init.redirect).toBe('manual')
  })

  test.each([0, 300, 399])(
    'verifyToken: status %i is a redirect, which browsers hide behind 0',
    async (status) => {
      const fetch: Fetch = () => Promise.resolve({ status, headers: new Headers(), body: null })
      const result = clientOver({ requests: [], fetch }).verifyToken(mintToken())
      await expect(result).rejects.toMatchObject({ code: 'response', reason: 'redirect', status })
    },
  )
})

describe("invariant 4: a caller's abort ends that caller's wait only", () => {
  test("verifyToken: rejects with the caller's own reason, untouched", async () => {
    const controller = new AbortController()
    const reason = { why: 'the user left' }
    const result = clientOver(fakeService(silence)).verifyToken(mintToken(), { signal: controller.signal })
    controller.abort(reason)
    await expect(result).rejects.toBe(reason)
  })

  // openapi-fetch takes a failure that is falsy for none.
  const falsyReasons = [null, 0, '', false]
  test.each(falsyReasons)(
    'verifyToken and revokeToken: reject with %j, where that is the reason',
    async (reason) => {
      for (const method of ['verifyToken', 'revokeToken', 'revokeAndVerifyToken'] as const) {
        const controller = new AbortController()
        const result = clientOver(fakeService(silence))[method](mintToken(), { signal: controller.signal })
        controller.abort(reason)
        await expect(result).rejects.toBe(reason)
      }
    },
  )

  test.each(falsyReasons)('verifyToken: rejects with %j between two tries', async (reason) => {
    const controller = new AbortController()
    const answer = new Response(null, { status: 503, headers: { 'retry-after': '5' } })
    const options = { maxRetries: 3, onResponse: () => setTimeout(() => controller.abort(reason), 10) }
    const { signal } = controller
    const result = clientOver(fakeService(answer), options).verifyToken(mintToken(), { signal })
    await expect(result).rejects.toBe(reason)
  })

  test('verifyToken: a signal that is aborted already sends nothing', async () => {
    const result = clientOver(fakeService()).verifyToken(mintToken(), { signal: AbortSignal.abort('early') })
    await expect(result).rejects.toBe('early')
  })

  test('verifyToken: the request of a caller who left is aborted', async () => {
    const controller = new AbortController()
    const service = fakeService(silence)
    const result = clientOver(service).verifyToken(mintToken(), { signal: controller.signal })
    controller.abort()
    await expect(result).rejects.toThrow()
    expect(service.requests[0]?.init.signal.aborted).toBe(true)
  })

  test('verifyToken: another call goes on', async () => {
    const controller = new AbortController()
    let answer: (response: Response) => void = () => undefined
    const service = fakeService(silence, () => new Promise((resolve) => (answer = resolve)))
    const client = clientOver(service)
    const left = client.verifyToken(mintToken(), { signal: controller.signal })
    const stayed = client.verifyToken(mintToken())
    controller.abort()
    await expect(left).rejects.toThrow()
    answer(json(active))
    await expect(stayed).resolves.toMatchObject({ active: true })
  })

  test('verifyToken: an abort between two tries ends the wait', async () => {
    const controller = new AbortController()
    const answer = new Response(null, { status: 503, headers: { 'retry-after': '5' } })
    const options = { maxRetries: 3, onResponse: () => setTimeout(() => controller.abort('enough'), 10) }
    const result = clientOver(fakeService(answer), options).verifyToken(mintToken(), {
      signal: controller.signal,
    })
    await expect(result).rejects.toBe('enough')
  })

  test.each(['onRequest', 'onResponse'] as const)(
    'verifyToken: an abort within %s ends the wait',
    async (hook) => {
      const controller = new AbortController()
      const replies = hook === 'onRequest' ? [] : [new Response(null, { status: 503 })]
      const options = { maxRetries: 3, [hook]: () => controller.abort('enough') }
      const { signal } = controller
      const result = clientOver(fakeService(...replies), options).verifyToken(mintToken(), { signal })
      await expect(result).rejects.toBe('enough')
    },
  )
})

describe('invariant 5: revoked stays revoked', () => {
  test('verifyToken: an answer in flight while the token is revoked does not resurrect it', async () => {
    let answer: (response: Response) => void = () => undefined
    const service = fakeService(() => new Promise((resolve) => (answer = resolve)), json({}))
    const client = clientOver(service)
    const token = mintToken()
    const verdict = client.verifyToken(token)
    await client.revokeToken(token)
    answer(json(active))
    await expect(verdict).resolves.toEqual({ active: false, reason: 'rejected' })
  })

  test('verifyToken: nor does it where another client of this process revokes the token', async () => {
    let answer: (response: Response) => void = () => undefined
    const token = mintToken()
    const verdict = clientOver(fakeService(() => new Promise((resolve) => (answer = resolve)))).verifyToken(
      token,
    )
    await clientOver(fakeService(json({}))).revokeToken(token)
    answer(json(active))
    await expect(verdict).resolves.toEqual({ active: false, reason: 'rejected' })
  })

  test('verifyToken: the revocation of another token changes nothing', async () => {
    let answer: (response: Response) => void = () => undefined
    const service = fakeService(() => new Promise((resolve) => (answer = resolve)), json({}))
    const client = clientOver(service)
    const verdict = client.verifyToken(mintToken())
    await client.revokeToken(mintToken())
    answer(json(active))
    await expect(verdict).resolves.toMatchObject({ active: true })
  })
})

describe('invariant 9: importing does nothing', () => {
  test('importing the package touches no global and starts nothing', async () => {
    const before = Object.getOwnPropertyNames(globalThis).sort()
    const fetch = globalThis.fetch
    const path: string = '../../src/index.ts?fresh'
    await import(path)
    expect(Object.getOwnPropertyNames(globalThis).sort()).toEqual(before)
    expect(globalThis.fetch).toBe(fetch)
  })
})
