import { expect, test } from 'vitest'
import { createRedisStore, type RedisStoreOptions } from '../src/redis.ts'

test.each<[string, RedisStoreOptions]>([
  ['timeoutMs', { timeoutMs: 0 }],
  ['timeoutMs', { timeoutMs: Infinity }],
  ['timeoutMs', { timeoutMs: Number.NaN }],
  ['retentionMs', { retentionMs: 59_999 }],
  ['retentionMs', { retentionMs: Infinity }],
])('createRedisStore: an unusable %s is named', (argument, options) => {
  const client: Parameters<typeof createRedisStore>[0] = {
    sendCommand: () => expect.unreachable(),
    duplicate: () => expect.unreachable(),
    destroy: () => expect.unreachable(),
    on: () => expect.unreachable(),
  }
  expect(() => createRedisStore(client, options)).toThrow(
    expect.objectContaining({ code: 'configuration', argument }),
  )
})
