import { startAuthMock } from '@tokenward/auth-mock'
import { Cluster, Redis } from 'ioredis'
import { createClient, RESP_TYPES } from 'redis'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  createAuthClient,
  createTokenVerifier,
  type TokenVerifier,
  type TokenVerifierOptions,
} from '../../src/index.ts'
import { createRedisStore, type RedisClient, type RedisStoreOptions } from '../../src/redis.ts'
import { openAnother, speakThrough } from '../../src/fleet/redis-connection.ts'
import { startCluster, startRedis } from '@tokenward/test-kit/redis-server'
import { keyOf } from '../fake-service.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

type Connect = (port: number) => Promise<RedisClient>

const clients: readonly (readonly [name: string, connect: Connect])[] = [
  [
    'redis',
    async (port) => {
      const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: 20 } })
      client.on('error', () => undefined)
      ends.push(() => client.destroy())
      return client.connect()
    },
  ],
  [
    'ioredis',
    async (port) => {
      const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 20 })
      client.on('error', () => undefined)
      ends.push(() => client.disconnect())
      return client
    },
  ],
]

const rejected = { active: false, reason: 'rejected' }
const attached = (...verifiers: TokenVerifier[]): Promise<void> =>
  vi.waitFor(
    () => expect(verifiers.map((verifier) => verifier.stats().isIsolated)).not.toContain(true),
    15_000,
  )
const isolated = (verifier: TokenVerifier): Promise<void> =>
  vi.waitFor(() => expect(verifier.stats().isIsolated).toBe(true), 15_000)

interface Peer {
  /** Of the revocations that Redis has delivered. */
  readonly keys: readonly string[]
  readonly revoke: (token: string) => Promise<boolean>
}

/** Another process as Redis shows it: verifiers of one process see each other's revocations without Redis. */
async function createPeer(client: RedisClient): Promise<Peer> {
  const store = createRedisStore(client, { timeoutMs: 300 })
  const keys: string[] = []
  let isAttached = false
  const close = store.subscribe({
    onRevoked: (key) => void keys.push(key),
    onAttached: (state) => {
      isAttached = state
    },
  })
  ends.unshift(close)
  await vi.waitFor(() => expect(isAttached).toBe(true), 15_000)
  return { keys, revoke: (token) => store.publish(keyOf(token), Date.now() + 3_600_000) }
}

describe.each(clients)('%s', (_name, connect) => {
  async function createInstance(
    baseUrl: string,
    port: number,
    storeOptions: RedisStoreOptions = {},
    options: TokenVerifierOptions = {},
  ): Promise<TokenVerifier> {
    const store = createRedisStore(await connect(port), { timeoutMs: 300, ...storeOptions })
    const auth = createAuthClient({ baseUrl, clientId: 'shop' })
    const verifier = createTokenVerifier(auth, { revocationWindowMs: 600_000, store, ...options })
    ends.unshift(verifier.close)
    return verifier
  }

  test('revoke: the other processes are told, and the result says so', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    const peer = await createPeer(await connect(redis.port))
    await attached(one)
    const token = mock.issueToken()
    expect(await one.revoke(token)).toEqual({ outcome: 'revoked', shared: true })
    await vi.waitFor(() => expect(peer.keys).toEqual([keyOf(token)]))
  })

  test('a revocation by another process is seen here', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    const peer = await createPeer(await connect(redis.port))
    await attached(one)
    const token = mock.issueToken()
    expect(await one.verifyToken(token)).toMatchObject({ active: true })
    expect(await peer.revoke(token)).toBe(true)
    await vi.waitFor(() => expect(one.peek(token)).toBeUndefined())
    expect(await one.verifyToken(token)).toEqual(rejected)
  })

  test('revoke: Redis is told once, also when its own message comes back at once', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    await attached(one)
    for (let count = 0; count < 100; count += 1) await one.revoke(mock.issueToken({ signed: false }))
    const client = createClient({ socket: { host: '127.0.0.1', port: redis.port } })
    await client.connect()
    expect(await client.xLen('tokenward:revocations')).toBe(100)
    client.destroy()
  })

  // 2,500 calls take some seconds.
  test('an instance that starts later knows what was revoked before', { timeout: 60_000 }, async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    await attached(one)
    // On a busy machine Redis may be too slow for some of them, which are sent later.
    let told = 0
    for (let batch = 0; batch < 50; batch += 1)
      for (const { shared } of await Promise.all(
        Array.from({ length: 50 }, () => one.revoke(mock.issueToken({ signed: false }))),
      ))
        told += Number(shared)
    const two = await createInstance(mock.url, redis.port)
    await attached(two)
    expect(two.stats().tombstones).toBeGreaterThanOrEqual(told)
    await vi.waitFor(() => expect(two.stats().tombstones).toBe(2_500), 15_000)
  })

  test('while Redis is away checks go on, marked, revocations say so, and are delivered afterwards', async () => {
    await using redis = await startRedis(true)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    const peer = await createPeer(await connect(redis.port))
    await attached(one)
    const [token, ours] = [mock.issueToken({ sub: '42' }), mock.issueToken()]
    await one.verifyToken(token)
    await redis.kill()
    await isolated(one)
    expect(one.peek(token)).toMatchObject({ active: true, sub: '42', isolated: true })
    expect(await one.verifyToken(token)).toMatchObject({ active: true, isolated: true })
    expect(await one.revoke(ours)).toEqual({ outcome: 'revoked', shared: false })
    await vi.waitFor(async () => expect(await peer.revoke(token)).toBe(false), 15_000)
    await redis.start()
    await vi.waitFor(() => expect(one.peek(token)).toBeUndefined(), 15_000)
    expect(await one.verifyToken(token)).toEqual(rejected)
    await vi.waitFor(() => expect(peer.keys).toContain(keyOf(ours)), 15_000)
  })

  test('a Redis that comes back empty is told again', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    await attached(one)
    await one.revoke(mock.issueToken())
    await redis.kill()
    await isolated(one)
    await redis.start()
    const two = await createInstance(mock.url, redis.port)
    await vi.waitFor(() => expect(two.stats().tombstones).toBe(1), 15_000)
  })

  test('a Redis that is flushed is told again, although no connection breaks', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    await attached(one)
    await one.revoke(mock.issueToken())
    await speakThrough(await connect(redis.port)).command('FLUSHALL')
    // Its entry has a higher id than those that are gone.
    const other = await createInstance(mock.url, redis.port)
    await attached(other)
    await other.revoke(mock.issueToken({ sub: '42' }))
    const two = await createInstance(mock.url, redis.port)
    await vi.waitFor(() => expect(two.stats().tombstones).toBe(2), 15_000)
  })

  test('a process whose clock is ahead trims no revocation that is in force', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    await attached(one)
    for (let count = 0; count < 300; count += 1) await one.revoke(mock.issueToken({ signed: false }))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30 * 86_400_000 })
    onTestFinished(() => void vi.useRealTimers())
    await one.revoke('opaque')
    vi.useRealTimers()
    const two = await createInstance(mock.url, redis.port)
    await attached(two)
    expect(two.stats().tombstones).toBe(301)
  })

  test('an entry that is dated in the future trims no revocation that is in force', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const one = await createInstance(mock.url, redis.port)
    await attached(one)
    for (let count = 0; count < 300; count += 1) await one.revoke(mock.issueToken({ signed: false }))
    const future = Date.now() + 30 * 86_400_000
    const fields = ['key', keyOf('future'), 'until', `${future}`]
    const id = `${future}-0`
    await speakThrough(await connect(redis.port)).command('XADD', 'tokenward:revocations', id, ...fields)
    await vi.waitFor(() => expect(one.stats().tombstones).toBe(301), 15_000)
    await one.revoke('opaque')
    const two = await createInstance(mock.url, redis.port)
    await attached(two)
    expect(two.stats().tombstones).toBe(302)
  })

  test('a database that is chosen after connecting is followed', async () => {
    await using redis = await startRedis(false)
    const client = await connect(redis.port)
    await speakThrough(client).command('SELECT', '5')
    const peer = await createPeer(client)
    expect(await peer.revoke('opaque')).toBe(true)
    await vi.waitFor(() => expect(peer.keys).toEqual([keyOf('opaque')]))
  })

  test('two verifiers share a store, and one goes on when the other is closed', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const store = createRedisStore(await connect(redis.port))
    const auth = createAuthClient({ baseUrl: mock.url, clientId: 'shop' })
    const one = createTokenVerifier(auth, { store })
    ends.unshift(one.close)
    await attached(one)
    const two = createTokenVerifier(auth, { store })
    ends.unshift(two.close)
    await attached(two)
    await two.close()
    expect(await one.revoke(mock.issueToken())).toEqual({ outcome: 'revoked', shared: true })
  })

  test("onIsolated 'ask': while Redis is away the service is asked each time", async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const verifier = await createInstance(mock.url, redis.port, {}, { onIsolated: 'ask' })
    await attached(verifier)
    const token = mock.issueToken()
    await verifier.verifyToken(token)
    await redis.kill()
    await isolated(verifier)
    mock.revoke(token)
    expect(await verifier.verifyToken(token)).toEqual(rejected)
  })

  test('shareAnswers: a hundred checks in two instances ask the service once', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    // Time stands still for the checks that wait, so that a busy machine does not end their wait.
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const share = { shareAnswers: true, timeoutMs: 60_000 }
    const instances = await Promise.all([
      createInstance(mock.url, redis.port, share),
      createInstance(mock.url, redis.port, share),
    ])
    await attached(...instances)
    const token = mock.issueToken({ sub: '42' })
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, () => instances.map((verifier) => verifier.verifyToken(token))).flat(),
    )
    expect(verdicts.every((verdict) => verdict.active && verdict.sub === '42')).toBe(true)
    expect(mock.requests()).toHaveLength(1)
  })

  test('shareAnswers: while there is an answer, no process may claim the question', async () => {
    await using redis = await startRedis(false)
    const { answers } = createRedisStore(await connect(redis.port), { shareAnswers: true })
    expect(await answers?.read('token')).toBeUndefined()
    expect(await answers?.claim('token')).toBe(true)
    expect(await answers?.read('token')).toBeUndefined()
    await answers?.write('token', 'alive', 60_000)
    expect(await answers?.claim('token')).toBe(false)
    const found = await answers?.read('token')
    expect(found?.value).toBe('alive')
    expect(found?.remainingMs).toBeGreaterThan(0)
    expect(found?.remainingMs).toBeLessThanOrEqual(60_000)
  })

  test('shareAnswers: an answer that is already too old ends the claim to its question', async () => {
    await using redis = await startRedis(false)
    const store = createRedisStore(await connect(redis.port), { shareAnswers: true, timeoutMs: 60_000 })
    await store.answers?.claim('token')
    await store.answers?.write('token', 'alive', 0)
    expect(await store.answers?.claim('token')).toBe(true)
  })

  test('shareAnswers: the answer is gone once the token is revoked', async () => {
    await using redis = await startRedis(false)
    await using mock = await startAuthMock({ clientId: 'shop' })
    const share = { shareAnswers: true }
    const one = await createInstance(mock.url, redis.port, share)
    await attached(one)
    const token = mock.issueToken()
    await one.verifyToken(token)
    await one.revoke(token)
    const two = await createInstance(mock.url, redis.port, share)
    expect(await two.verifyToken(token)).toEqual(rejected)
  })
})

test.each([2, 3] as const)(
  'redis: a client of protocol %i that is set to answer in buffers misses no revocation',
  async (RESP) => {
    await using redis = await startRedis(false)
    const [one, two] = await Promise.all(
      [1, 2].map(async () => {
        const commandOptions = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } }
        const client = createClient({ RESP, socket: { host: '127.0.0.1', port: redis.port }, commandOptions })
        client.on('error', () => undefined)
        ends.push(() => client.destroy())
        return createPeer(await client.connect())
      }),
    )
    expect(await one?.revoke('opaque')).toBe(true)
    await vi.waitFor(() => expect(two?.keys).toEqual([keyOf('opaque')]))
  },
)

test.each([2, 3] as const)('ioredis: a client of protocol %i misses no revocation', async (protocol) => {
  await using redis = await startRedis(false)
  const [one, two] = await Promise.all(
    [1, 2].map(() => {
      const client = new Redis({ host: '127.0.0.1', port: redis.port, protocol, keyPrefix: 'shop:' })
      client.on('error', () => undefined)
      ends.push(() => client.disconnect())
      return createPeer(client)
    }),
  )
  expect(await one?.revoke('opaque')).toBe(true)
  await vi.waitFor(() => expect(two?.keys).toEqual([keyOf('opaque')]))
})

test('publish: a message that a transaction of the application swallows counts as unsent, and is sent again', async () => {
  await using redis = await startRedis(false)
  const client = new Redis({ host: '127.0.0.1', port: redis.port })
  client.on('error', () => undefined)
  ends.push(() => client.disconnect())
  const peer = await createPeer(client)
  await client.multi({ pipeline: false })
  expect(await peer.revoke('opaque')).toBe(false)
  await client.discard()
  await vi.waitFor(() => expect(peer.keys).toContain(keyOf('opaque')), 15_000)
})

test('publish: a Redis user without the right to PEXPIRE tells the fleet, once', async () => {
  await using redis = await startRedis(false)
  const client = new Redis({ host: '127.0.0.1', port: redis.port })
  client.on('error', () => undefined)
  ends.push(() => client.disconnect())
  await client.call('ACL', ['SETUSER', 'default', '-pexpire'])
  const peer = await createPeer(client)
  expect(await peer.revoke('one')).toBe(true)
  expect(await peer.revoke('two')).toBe(true)
  await vi.waitFor(() => expect(peer.keys).toEqual([keyOf('one'), keyOf('two')]))
  expect(await client.xlen('tokenward:revocations')).toBe(2)
})

test('a client without rights to CLIENT and SELECT misses no revocation', async () => {
  await using redis = await startRedis(false)
  const client = new Redis({ host: '127.0.0.1', port: redis.port })
  client.on('error', () => undefined)
  ends.push(() => client.disconnect())
  await client.call('ACL', ['SETUSER', 'default', '-client', '-select'])
  const peer = await createPeer(client)
  expect(await peer.revoke('opaque')).toBe(true)
  await vi.waitFor(() => expect(peer.keys).toEqual([keyOf('opaque')]))
})

test.each([
  ['redis', (port: number) => createClient({ socket: { host: '127.0.0.1', port, socketTimeout: 50 } })],
  ['ioredis', (port: number) => new Redis({ port, lazyConnect: true, socketTimeout: 50 })],
])('%s: a time-out for silent sockets ends no wait for news', async (_name, create) => {
  await using redis = await startRedis(false)
  const reader = openAnother(create(redis.port))
  ends.push(reader.close)
  await reader.ready
  expect(await reader.command('XREAD', 'BLOCK', '300', 'STREAMS', 'silent', '0')).toBeNull()
})

test('ioredis: a Cluster tells the fleet, and survives the loss of every server', async () => {
  await using cluster = await startCluster()
  const [one, two] = await Promise.all(
    [1, 2].map(() => {
      const client = new Cluster([{ host: '127.0.0.1', port: cluster.port }], {
        clusterRetryStrategy: () => 20,
      })
      client.on('error', () => undefined)
      ends.push(() => client.disconnect())
      return createPeer(client)
    }),
  )
  expect(await one?.revoke('before')).toBe(true)
  await vi.waitFor(() => expect(two?.keys).toContain(keyOf('before')))
  await cluster.kill()
  await vi.waitFor(async () => expect(await one?.revoke('during')).toBe(false), 15_000)
  await cluster.start()
  await vi.waitFor(() => expect(two?.keys).toContain(keyOf('during')), 15_000)
})
