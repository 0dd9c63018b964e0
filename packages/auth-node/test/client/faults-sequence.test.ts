// Faults that show over several requests: pauses, revocations that do not hold, and chance.
import type { Fault } from '@tokenward/auth-mock'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createTokenVerifier } from '../../src/index.ts'
import { active, api, clients, faults, rejected, startFaulty, told } from './faulty-service.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

describe.each(clients)('%s', (_name, create) => {
  test.each<[retryAfter: Fault['retryAfter'], ms: number | undefined]>([
    [3, 3_000],
    [0, 0],
    [2.5, undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['99999999999999999999', undefined],
    [{ seconds: 90, as: 'imf-fixdate' }, 90_000],
    [{ seconds: 90, as: 'rfc850' }, 90_000],
    [{ seconds: 90, as: 'asctime' }, 90_000],
    [{ seconds: -90, as: 'imf-fixdate' }, undefined],
  ])('Retry-After of %j is told as %s ms, wherever the clock stands', async (retryAfter, retryAfterMs) => {
    vi.stubEnv('TZ', 'Asia/Shanghai')
    vi.setSystemTime(Date.UTC(2026, 10, 6, 8, 49, 37))
    await using service = await startFaulty(create)
    service.mock.fail({ status: 503, ...(retryAfter !== undefined && { retryAfter }) })
    const expected = api(503, { ...told, error: 'unavailable', errorCode: 14, retryAfterMs })
    expect(await service.verdict('verifyToken')).toEqual({ operation: 'verifyToken', ...expected })
  })

  test('Retry-After within the deadline is waited for, and one beyond it is not', async () => {
    await using service = await startFaulty(create, { maxRetries: 2 })
    service.mock.fail({ status: 429, retryAfter: 0, times: 2 })
    expect(await service.verdict('verifyToken')).toEqual(active)
    service.mock.fail({ status: 429, retryAfter: 3_600 })
    expect(await service.verdict('verifyToken')).toMatchObject({ code: 'api', retryAfterMs: 3_600_000 })
    expect(service.mock.requests().map(({ status }) => status)).toEqual([429, 429, 200, 429])
  })

  test('a revocation that takes effect late is waited for', async () => {
    const advance = vi.fn<() => void>()
    await using service = await startFaulty(create, { onResponse: advance })
    service.mock.fail({ revocation: { lateMs: 3_600_000 } })
    advance.mockImplementation(() => service.mock.advance(1_300_000))
    expect(await service.verdict('revokeAndVerifyToken')).toEqual({ outcome: 'revoked' })
    expect(service.mock.requests().map(({ operation }) => operation)).toEqual([
      'revokeToken',
      'verifyToken',
      'verifyToken',
      'verifyToken',
    ])
  })

  test('a revocation that does nothing is found out, and this process lets the token in no more', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    await using service = await startFaulty(create, { timeoutMs: 500 })
    service.mock.fail({ revocation: 'ignored' })
    const verifier = createTokenVerifier(service.auth)
    expect(await service.verdict('revokeToken')).toEqual({ outcome: 'revoked' })
    const operation = 'revokeAndVerifyToken'
    expect(await service.verdict(operation)).toEqual({ operation, code: 'still_active' })
    expect(await service.verdict('verifyToken')).toEqual(rejected)
    expect(await verifier.verifyToken(service.token)).toEqual(rejected)
  })

  test('random faults never turn a live token dead, nor a dead one alive', async () => {
    await using service = await startFaulty(create)
    for (const [index, fault] of [...faults, ...faults].entries()) {
      if (!Object.hasOwn(fault[2], 'timeoutMs'))
        service.mock.fail({ ...fault[1], probability: 0.05, seed: index })
    }
    const draw = async () => {
      const seen = []
      for (let round = 0; round < 40; round += 1) seen.push(await service.verdict('verifyToken'))
      return seen.map((verdict) => ('active' in verdict ? verdict.active : 'unknown'))
    }
    expect(new Set(await draw())).toEqual(new Set([true, 'unknown']))
    service.mock.revoke(service.token)
    expect(new Set(await draw())).toEqual(new Set([false, 'unknown']))
  })
})

test('random faults with one seed give every client the same verdicts', async () => {
  const seen = clients.map(async ([, create]) => {
    await using service = await startFaulty(create)
    service.mock.fail({ status: 503, probability: 0.5, seed: 7 })
    const codes = []
    for (let round = 0; round < 40; round += 1) codes.push(await service.verdict('verifyToken'))
    return codes.map((verdict) => ('code' in verdict ? verdict.code : 'active'))
  })
  const [first, second] = await Promise.all(seen)
  expect(new Set(first)).toEqual(new Set(['api', 'active']))
  expect(second).toEqual(first)
})
