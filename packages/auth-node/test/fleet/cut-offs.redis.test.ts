import { createClient } from 'redis'
import { startAuthMock } from '@tokenward/auth-mock'
import { startRedis } from '@tokenward/test-kit/redis-server'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  createAuthClient,
  type RevocationStore,
  type SubjectCutOff,
  type TokenVerdict,
} from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { createRedisStore } from '../../src/redis.ts'

interface Member {
  readonly store: RevocationStore
  readonly heard: SubjectCutOff[]
  readonly isAttached: () => boolean
  readonly leave: () => Promise<void>
}

async function join(port: number): Promise<Member> {
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: 20 } })
  client.on('error', () => undefined)
  await client.connect()
  const store = createRedisStore(client, { timeoutMs: 2_000 })
  const heard: SubjectCutOff[] = []
  let isAttached = false
  const stop = store.subscribe({
    onRevoked: () => undefined,
    onCutOff: (cutOff) => void heard.push(cutOff),
    onAttached: (state) => {
      isAttached = state
    },
  })
  async function leave(): Promise<void> {
    await stop()
    client.destroy()
  }
  onTestFinished(async () => leave().catch(() => undefined))
  await vi.waitFor(() => expect(isAttached).toBe(true), 15_000)
  return { store, heard, isAttached: () => isAttached, leave }
}

test('publishCutOff: a Redis that comes back empty is told again, of the latest cut-off of each user', async () => {
  await using redis = await startRedis(false)
  const one = await join(redis.port)
  const cutOff = {
    service: 'https://shop.example',
    sub: '42',
    issuedBefore: 2_000,
    until: Date.now() + 60_000,
  }
  expect(await one.store.publishCutOff?.(cutOff)).toBe(true)
  // An earlier one takes nothing back.
  expect(await one.store.publishCutOff?.({ ...cutOff, issuedBefore: 1_000 })).toBe(true)
  await redis.kill()
  await vi.waitFor(() => expect(one.isAttached()).toBe(false), 15_000)
  await redis.start()
  await vi.waitFor(() => expect(one.isAttached()).toBe(true), 15_000)
  const late = await join(redis.port)
  await vi.waitFor(() => expect(late.heard).toEqual([cutOff]), 15_000)
})

test('publishCutOff: a Redis that comes back empty is told again by those who have heard, when the sender is gone', async () => {
  await using redis = await startRedis(false)
  const [one, two] = [await join(redis.port), await join(redis.port)]
  const cutOff = {
    service: 'https://shop.example',
    sub: '42',
    issuedBefore: 2_000,
    until: Date.now() + 60_000,
  }
  await one.store.publishCutOff?.(cutOff)
  await vi.waitFor(() => expect(two.heard).toEqual([cutOff]), 15_000)
  await one.leave()
  await redis.kill()
  await vi.waitFor(() => expect(two.isAttached()).toBe(false), 15_000)
  await redis.start()
  await vi.waitFor(() => expect(two.isAttached()).toBe(true), 15_000)
  const late = await join(redis.port)
  await vi.waitFor(() => expect(late.heard).toEqual([cutOff]), 15_000)
})

test('revokeSubject: a process that starts later refuses the token at its first check', async () => {
  await using redis = await startRedis(false)
  await using mock = await startAuthMock({ clientId: 'shop' })
  const auth = createAuthClient({ baseUrl: mock.url, clientId: 'shop' })
  const token = mock.issueToken({ sub: '42' })
  const one = await join(redis.port)
  const now = Date.now()
  const cutOff = { service: auth.serviceUrl, sub: '42', issuedBefore: now, until: now + 60_000 }
  expect(await one.store.publishCutOff?.(cutOff)).toBe(true)
  // A process that is kept busy for half a second has heard nothing by then, and says so: the next one starts.
  let verdict: TokenVerdict
  do {
    const client = createClient({ socket: { host: '127.0.0.1', port: redis.port } })
    await client.connect()
    const verifier = createTokenVerifier(auth, { store: createRedisStore(client) })
    verdict = await verifier.verifyToken(token)
    await verifier.close()
    client.destroy()
  } while (verdict.active && verdict.isolated)
  expect(verdict).toEqual({ active: false, reason: 'rejected' })
})
