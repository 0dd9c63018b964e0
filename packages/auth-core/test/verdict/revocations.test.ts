import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type createAuthClient, forgetRevocation, onTokenRevoked, wasTokenRevoked } from '../../src/index.ts'
import { noteRevocation } from '../../src/verdict/revocations.ts'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

const register = Symbol.for('tokenward.revocations.1')
const path: string = '../../src/index.ts?copy'
const copy = (await import(path)) as {
  createAuthClient: typeof createAuthClient
  onTokenRevoked: typeof onTokenRevoked
}

afterEach(() => void vi.useRealTimers())

test('verifyToken: a client that is made after the revocation reports the token dead while the service is late', async () => {
  const token = mintToken()
  await clientOver(fakeService(json({}))).revokeToken(token)
  const late = clientOver(fakeService(json({ sub: '1' })))
  await expect(late.verifyToken(token)).resolves.toEqual({ active: false, reason: 'rejected' })
})

test('verifyToken: knows what another copy of the package has revoked, and its listeners hear of it', async () => {
  const token = mintToken()
  const heard: string[] = []
  const stop = onTokenRevoked((revoked) => heard.push(revoked))
  const { fetch } = fakeService(json({}))
  await copy.createAuthClient({ env: 'my-env', fetch }).revokeToken(token)
  stop()
  expect(heard).toEqual([token])
  const verdict = await clientOver(fakeService(json({ sub: '1' }))).verifyToken(token)
  expect(verdict).toEqual({ active: false, reason: 'rejected' })
})

test('onTokenRevoked: a listener that is no function is refused', () => {
  expect(() => onTokenRevoked(5 as unknown as () => void)).toThrow('listener must be a function')
})

test('forgetRevocation: a token that came back to life is asked about again', async () => {
  const token = mintToken()
  const auth = clientOver(fakeService(json({}), json({ sub: '1' })))
  forgetRevocation(token)
  await auth.revokeToken(token)
  expect(wasTokenRevoked(token)).toBe(true)
  forgetRevocation(token)
  expect(wasTokenRevoked(token)).toBe(false)
  await expect(auth.verifyToken(token)).resolves.toMatchObject({ active: true })
})

describe('how long a revocation is remembered', () => {
  const hourMs = 3_600_000

  async function revoke(token: string): Promise<void> {
    await clientOver(fakeService(json({}))).revokeToken(token)
  }

  test('wasTokenRevoked: an hour beyond the life of the token', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
    const token = mintToken({ exp: Date.now() / 1_000 + 2 * 3_600 })
    await revoke(token)
    vi.setSystemTime(Date.now() + 3 * hourMs - 1)
    expect(wasTokenRevoked(token)).toBe(true)
    vi.setSystemTime(Date.now() + 1)
    expect(wasTokenRevoked(token)).toBe(false)
  })

  test('wasTokenRevoked: an opaque token for a day and two hours', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const token = crypto.randomUUID()
    await revoke(token)
    vi.setSystemTime(Date.now() + 26 * hourMs - 1)
    expect(wasTokenRevoked(token)).toBe(true)
    vi.setSystemTime(Date.now() + 1)
    expect(wasTokenRevoked(token)).toBe(false)
  })

  test('wasTokenRevoked: a token that had expired before for another hour', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const token = mintToken({ exp: 1 })
    await revoke(token)
    vi.setSystemTime(Date.now() + hourMs - 1)
    expect(wasTokenRevoked(token)).toBe(true)
    vi.setSystemTime(Date.now() + 1)
    expect(wasTokenRevoked(token)).toBe(false)
  })

  test('wasTokenRevoked: the latest 100,000, each told from all others', async () => {
    const tokens = Array.from({ length: 100_000 }, (_, index) => `token-${index}`)
    const first = mintToken()
    await revoke(first)
    for (const token of tokens) noteRevocation(token)
    expect(wasTokenRevoked(first)).toBe(false)
    expect(tokens.every((token) => wasTokenRevoked(token))).toBe(true)
    expect(tokens.some((token) => wasTokenRevoked(`${token}x`))).toBe(false)
    // A token that is revoked again is one of the latest.
    const again = 'token-0'
    noteRevocation(again)
    noteRevocation(mintToken())
    expect([again, 'token-1'].map((token) => wasTokenRevoked(token))).toEqual([true, false])
  })

  test('noteRevocation: takes no longer for the ones that were dropped before', () => {
    const lists = vi.spyOn(Map.prototype, 'keys')
    for (let index = 0; index < 200_000; index += 1) noteRevocation(`token-${index}`)
    expect(lists.mock.calls.length).toBeLessThan(2)
    lists.mockRestore()
  })
})

test('the register shows nothing of the tokens that it holds', async () => {
  const token = mintToken()
  await clientOver(fakeService(json({}))).revokeToken(token)
  const seen = inspect(Reflect.get(globalThis, register), { depth: null, showHidden: true })
  for (const part of token.split('.')) expect(seen).not.toContain(part)
})
