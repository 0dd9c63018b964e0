import { createClient } from 'redis'
import { startRedis } from '@tokenward/test-kit/redis-server'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RevocationStore, SubjectCutOff } from '../../src/index.ts'
import { createRedisStore } from '../../src/redis.ts'

interface Member {
  readonly store: RevocationStore
  readonly heard: SubjectCutOff[]
  readonly isAttached: () => boolean
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
  onTestFinished(async () => {
    await stop()
    client.destroy()
  })
  await vi.waitFor(() => expect(isAttached).toBe(true), 15_000)
  return { store, heard, isAttached: () => isAttached }
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
