import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRedisStore } from '../../src/redis.ts'
import { storeChecks } from '../../src/store-tests.ts'
import { type RedisServer, startRedis } from '@tokenward/test-kit/redis-server'

let redis: RedisServer
const ends: (() => void)[] = []

beforeAll(async () => {
  redis = await startRedis(true)
})
afterAll(async () => {
  for (const end of ends.splice(0)) end()
  await redis[Symbol.asyncDispose]()
})

describe('the Redis store keeps the promises of RevocationStore', () => {
  const checks = storeChecks({
    async openStore(prefix) {
      const client = createClient({ socket: { host: '127.0.0.1', port: redis.port, reconnectStrategy: 20 } })
      client.on('error', () => undefined)
      await client.connect()
      ends.push(() => client.destroy())
      return createRedisStore(client, { prefix, shareAnswers: true, timeoutMs: 2_000 })
    },
    async interrupt() {
      await redis.kill()
      return redis.start
    },
    timeoutMs: 20_000,
  })
  for (const { name, run } of checks)
    test(name, async () => await expect(run()).resolves.toBeUndefined(), 60_000)
})
