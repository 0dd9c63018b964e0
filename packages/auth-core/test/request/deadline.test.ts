import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { AuthNetworkError, type ResponseEvent } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken, silence } from '../fake-service.ts'

const active = { sub: '1' }

afterEach(() => void vi.useRealTimers())

describe('a connection whose peer has gone away without a word', () => {
  test('verifyToken: the first try leaves time for a second one', async () => {
    const service = fakeService(silence, json(active))
    const result = clientOver(service, { maxRetries: 2, timeoutMs: 1_000 }).verifyToken(mintToken())
    await expect(result).resolves.toMatchObject({ active: true })
  })

  test('verifyToken: the request of a try that was given up is aborted, and its signal says that time was the reason', async () => {
    const service = fakeService(silence, json(active))
    await clientOver(service, { maxRetries: 1, timeoutMs: 500 }).verifyToken(mintToken())
    const [first, second] = service.requests.map(({ init }) => init.signal)
    expect(first?.reason).toMatchObject({ code: 'timeout' })
    expect(second?.aborted).toBe(false)
  })

  test('verifyToken: a single try has all of the time', async () => {
    vi.useFakeTimers()
    const result = clientOver(fakeService(silence), { timeoutMs: 1_000 }).verifyToken(mintToken())
    const settled = vi.fn<() => void>()
    result.then(settled, settled)
    await vi.advanceTimersByTimeAsync(999)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await expect(result).rejects.toMatchObject({ code: 'timeout', timeoutMs: 1_000 })
  })

  test('verifyToken: onResponse tells of the try that ran out of time', async () => {
    const seen: unknown[] = []
    const options = { maxRetries: 1, timeoutMs: 500, onResponse: (event: unknown) => seen.push(event) }
    await clientOver(fakeService(silence, json(active)), options).verifyToken(mintToken())
    const timeout: unknown = expect.objectContaining({ code: 'timeout' })
    expect(seen).toEqual([
      expect.objectContaining({ attempt: 1, status: undefined, error: timeout }),
      expect.objectContaining({ attempt: 2, status: 200, error: undefined }),
    ])
  })
})

describe('a caller who gives up', () => {
  test('verifyToken: nothing is sent for them any more', async () => {
    const controller = new AbortController()
    const service = fakeService(silence)
    const { signal } = controller
    const result = clientOver(service, { maxRetries: 2 }).verifyToken(mintToken(), { signal })
    controller.abort('left')
    await expect(result).rejects.toBe('left')
  })
})

describe('a caller who gave up before, or within a hook', () => {
  test('verifyToken: no observer hears of a call that began aborted', async () => {
    const onRequest = vi.fn<() => void>()
    const service = fakeService()
    const signal = AbortSignal.abort('left')
    const client = clientOver(service, { onRequest })
    await expect(client.verifyToken(mintToken(), { signal })).rejects.toBe('left')
    expect(onRequest).not.toHaveBeenCalled()
  })

  test('verifyToken: nothing is tried again after an abort within onRequest', async () => {
    const controller = new AbortController()
    const onRequest = vi.fn<() => void>(() => controller.abort('left'))
    const errors: unknown[] = []
    const onResponse = ({ error }: ResponseEvent): void => void errors.push(error)
    const client = clientOver(fakeService(), { onRequest, onResponse, maxRetries: 2 })
    const { signal } = controller
    await expect(client.verifyToken(mintToken(), { signal })).rejects.toBe('left')
    expect(onRequest).toHaveBeenCalledTimes(1)
    // That the caller has left is no failure of the network.
    expect(errors).toEqual([undefined])
  })
})

describe('the clock of a call', () => {
  test('verifyToken: a process that was held up tells the time of the whole call, not of one try', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const service = fakeService(() => {
      vi.advanceTimersByTime(40)
      return silence()
    })
    const result = clientOver(service, { maxRetries: 1, timeoutMs: 40 }).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'timeout', timeoutMs: 40 })
  })

  test('verifyToken: a process that was held up before a try sends nothing more, and waits no negative time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const timer = vi.spyOn(globalThis, 'setTimeout')
    const service = fakeService()
    const onRequest = vi.fn<() => void>(() => vi.advanceTimersByTime(50))
    const client = clientOver(service, { maxRetries: 1, timeoutMs: 40, onRequest })
    await expect(client.verifyToken(mintToken())).rejects.toMatchObject({ code: 'timeout', timeoutMs: 40 })
    expect(service.requests).toEqual([])
    expect(timer.mock.calls.every(([, ms = 0]) => ms >= 0)).toBe(true)
    timer.mockRestore()
  })

  test('verifyToken: so does the last try, where a timer fires early', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const service = fakeService(() => {
      vi.advanceTimersByTime(10)
      return Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '0' } }))
    }, silence)
    const result = clientOver(service, { maxRetries: 1, timeoutMs: 40 }).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'timeout', timeoutMs: 40 })
  })

  test('verifyToken: setting the time of the machine takes no time from the call', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const service = fakeService(() => {
      vi.setSystemTime(Date.now() + 3_600_000)
      return Promise.reject(new Error('broken'))
    }, json(active))
    const result = clientOver(service, { maxRetries: 1, timeoutMs: 5_000 }).verifyToken(mintToken())
    await expect(result).resolves.toMatchObject({ active: true })
  })

  test('verifyToken: a platform without performance.now has a deadline all the same', async () => {
    vi.stubGlobal('performance', undefined)
    onTestFinished(() => void vi.unstubAllGlobals())
    const result = clientOver(fakeService(silence), { timeoutMs: 20 }).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'timeout', timeoutMs: 20 })
  })
})

describe('what a call leaves behind', () => {
  test.each([
    ['an answer', () => json(active)],
    ['a failure', () => new Error('broken')],
    ['silence', () => silence],
  ])('verifyToken: no timer and no listener after %s', async (_name, reply) => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout')
    const { signal } = new AbortController()
    const started = new Set<unknown>()
    const clearTimer = vi.spyOn(globalThis, 'clearTimeout')
    const service = fakeService(reply())
    await clientOver(service, { timeoutMs: 50 })
      .verifyToken(mintToken(), { signal })
      .catch(() => undefined)
    for (const { value } of setTimer.mock.results) started.add(value)
    for (const [timer] of clearTimer.mock.calls) started.delete(timer)
    setTimer.mockRestore()
    clearTimer.mockRestore()
    expect(started.size).toBe(0)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('verifyToken: no timer after an abort between two tries', async () => {
    vi.useFakeTimers()
    const controller = new AbortController()
    const answer = new Response(null, { status: 503, headers: { 'retry-after': '5' } })
    const call = clientOver(fakeService(answer), { maxRetries: 1 }).verifyToken(mintToken(), {
      signal: controller.signal,
    })
    call.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(10)
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    controller.abort('enough')
    await expect(call).rejects.toBe('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('verifyToken: fifty calls with one signal cause no warning of a leak, and all end with it', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const controller = new AbortController()
    const client = clientOver(fakeService(...Array.from({ length: 50 }, () => silence)))
    const calls = Array.from({ length: 50 }, () =>
      client.verifyToken(mintToken(), { signal: controller.signal }).catch((reason: unknown) => reason),
    )
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    controller.abort('left')
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['left']))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })
})

test('verifyToken: a service that answers 429 to everything gets a tenth more load, not three times as much', async () => {
  let requests = 0
  const fetch = (): Promise<Response> => {
    requests += 1
    return Promise.resolve(new Response(null, { status: 429, headers: { 'retry-after': '0' } }))
  }
  const client = clientOver({ requests: [], fetch }, { maxRetries: 2 })
  for (let call = 0; call < 100; call += 1)
    await expect(client.verifyToken(mintToken())).rejects.toMatchObject({ status: 429 })
  expect(requests).toBe(110)
})

test('verifyToken: answers that came through pay for retries again', async () => {
  let status = 429
  let requests = 0
  const fetch = (): Promise<Response> => {
    requests += 1
    return Promise.resolve(
      status === 200 ? json(active) : new Response(null, { status, headers: { 'retry-after': '0' } }),
    )
  }
  const client = clientOver({ requests: [], fetch }, { maxRetries: 1 })
  for (let call = 0; call < 20; call += 1) await client.verifyToken(mintToken()).catch(() => undefined)
  status = 200
  for (let call = 0; call < 21; call += 1) await client.verifyToken(mintToken())
  status = 429
  requests = 0
  for (let call = 0; call < 20; call += 1) await client.verifyToken(mintToken()).catch(() => undefined)
  expect(requests).toBe(22)
})

test('verifyToken: dead connections use up no retry of the others', async () => {
  let requests = 0
  const fetch = (): Promise<Response> => {
    requests += 1
    return requests % 2 ? Promise.reject(new Error('reset')) : Promise.resolve(json(active))
  }
  const client = clientOver({ requests: [], fetch }, { maxRetries: 1 })
  vi.spyOn(Math, 'random').mockReturnValue(0)
  for (let call = 0; call < 40; call += 1)
    await expect(client.verifyToken(mintToken())).resolves.toMatchObject({ active: true })
  vi.restoreAllMocks()
})

test('verifyToken: a failure of fetch that the deadline did not cause stays a network failure', async () => {
  const service = fakeService(new DOMException('x', 'AbortError'))
  await expect(clientOver(service).verifyToken(mintToken())).rejects.toBeInstanceOf(AuthNetworkError)
})

test('revokeToken: after a try that was aborted, keepalive is not asked for again', async () => {
  const service = fakeService(silence, silence, json({}))
  await clientOver(service, { maxRetries: 2, timeoutMs: 1_000 }).revokeToken(mintToken(), { keepalive: true })
  expect(service.requests.map(({ init }) => init.keepalive ?? false)).toEqual([true, false, false])
})
