import { expect, test, vi } from 'vitest'
import { createRedisStore, type NodeRedisClient, type RedisStoreOptions } from '../../src/redis.ts'

test.each<[string, RedisStoreOptions]>([
  ['shareAnswers', JSON.parse('{"shareAnswers":"false"}') as RedisStoreOptions],
  ['prefix', JSON.parse('{"prefix":null}') as RedisStoreOptions],
  ['prefix', JSON.parse('{"prefix":42}') as RedisStoreOptions],
  ['timeoutMs', JSON.parse('{"timeoutMs":null}') as RedisStoreOptions],
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

test.each([null, undefined, 'redis://127.0.0.1:6379', {}, { duplicate() {} }, { sendCommand() {} }])(
  'createRedisStore: %j is no client',
  (client) => {
    expect(() => createRedisStore(client as unknown as NodeRedisClient)).toThrow(
      expect.objectContaining({ code: 'configuration', argument: 'client' }),
    )
  },
)

test('publish: no more revocations wait for a Redis that is away than a verifier remembers', async () => {
  const sent = { count: 0, first: '' }
  let isThere = false
  const client: ReturnType<NodeRedisClient['duplicate']> = {
    async sendCommand([command, ...words]) {
      if (words.includes('BLOCK')) await new Promise((resolve) => setImmediate(resolve))
      if (command !== 'XADD') return null
      sent.count += 1
      sent.first ||= words[6] ?? ''
      return '1-1'
    },
    connect: () => (isThere ? Promise.resolve() : Promise.reject(new Error('away'))),
    duplicate: () => client,
    destroy: () => undefined,
    on: () => undefined,
  }
  const store = createRedisStore(client)
  for (let count = 0; count < 1_000_001; count += 1) void store.publish(`${count}`, Infinity)
  isThere = true
  const close = store.subscribe({ onRevoked: () => undefined, onAttached: () => undefined })
  await vi.waitFor(() => expect(sent.count).toBe(1_000_000), 30_000)
  await close()
  expect(sent.first).toBe('1')
}, 60_000)
