import { mintToken } from '@tokenward/test-kit/tokens'
import { startAuthMock } from '@tokenward/auth-mock'
import { createAuthClient, createTokenVerifier, type TokenVerifier } from '@tokenward/auth-node'
import { createRedisStore } from '@tokenward/auth-node/redis'
import { freePort } from '@tokenward/test-kit/ports'
import { startRedis } from '@tokenward/test-kit/redis-server'
import { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import { runCli } from '../run-cli.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (let end = ends.pop(); end; end = ends.pop()) await end()
})

async function createVerifier(baseUrl: string, port: number, prefix?: string): Promise<TokenVerifier> {
  const client = new Redis({ host: '127.0.0.1', port })
  ends.push(() => client.disconnect())
  const verifier = createTokenVerifier(createAuthClient({ baseUrl }), {
    store: createRedisStore(client, { prefix, timeoutMs: 5_000 }),
  })
  ends.push(verifier.close)
  await vi.waitFor(() => expect(verifier.stats().isIsolated).toBe(false), 15_000)
  return verifier
}

test('sign-out-user: ends the sessions of a user in the fleet, and says that the service was not told', async () => {
  await using redis = await startRedis(false)
  await using mock = await startAuthMock()
  const verifier = await createVerifier(mock.url, redis.port)
  const [token, bystander] = [mock.issueToken({ sub: '42' }), mock.issueToken({ sub: '43' })]
  const [signal, other] = [verifier.signalFor(token), verifier.signalFor(bystander)]
  const { code, stdout, stderr } = await runCli(['sign-out-user', '42', '--base-url', mock.url], {
    env: { TOKENWARD_REDIS_URL: `redis://127.0.0.1:${redis.port}` },
  })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^signed out: every session of user 42 that began until 20\S+Z\n/)
  expect(stdout).toContain(
    `  service ${mock.url}\n  fleet   told through Redis, prefix tokenward; it remembers until 20`,
  )
  expect(stderr).toContain('warning: here and in the fleet, not at the service itself')
  await vi.waitFor(() => expect(signal.aborted).toBe(true), 15_000)
  expect(await verifier.verifyToken(token)).toEqual({ active: false, reason: 'rejected' })
  expect(other.aborted).toBe(false)
  expect(mock.tokens().find(({ sub }) => sub === '42')).toMatchObject({ state: 'active' })
})

test('sign-out-user: removes nothing that a fleet with a longer retention keeps', async () => {
  await using redis = await startRedis(false)
  await using mock = await startAuthMock()
  const client = new Redis({ host: '127.0.0.1', port: redis.port })
  ends.push(() => client.disconnect())
  const threeDaysAgo = Date.now() - 3 * 86_400_000
  const stream = 'tokenward:revocations'
  for (let count = 0; count < 400; count += 1)
    await client.xadd(stream, `${threeDaysAgo}-${count}`, 'key', String(count), 'until', '9999999999999')
  const { code } = await runCli(['sign-out-user', '42', '--base-url', mock.url], {
    env: { TOKENWARD_REDIS_URL: `redis://127.0.0.1:${redis.port}` },
  })
  expect(code).toBe(0)
  expect(await client.xlen(stream)).toBe(401)
})

test('sign-out-user: --issued-before and --prefix, with the result as JSON', async () => {
  await using redis = await startRedis(false)
  await using mock = await startAuthMock()
  const verifier = await createVerifier(mock.url, redis.port, 'shop')
  const iat = Math.floor(Date.now() / 1_000) - 3_600
  const [before, after] = [iat - 1, iat + 1].map((at) =>
    verifier.signalFor(mintToken({ sub: '42', iat: at })),
  )
  const time = new Date(iat * 1_000).toISOString()
  const args = ['sign-out-user', '42', '--issued-before', time, '--prefix', 'shop', '--base-url', mock.url]
  args.push('--keep-hours', '48')
  const { code, stdout } = await runCli([...args, '--redis', `redis://127.0.0.1:${redis.port}/0`, '--json'])
  expect(code).toBe(0)
  const result = JSON.parse(stdout) as { readonly until: string }
  expect(Math.abs(Date.parse(result.until) - Date.now() - 48 * 3_600_000)).toBeLessThan(60_000)
  expect(result).toEqual({
    sub: '42',
    issuedBefore: time,
    until: expect.any(String),
    service: mock.url,
    prefix: 'shop',
    fleet: 'told',
    atService: false,
  })
  await vi.waitFor(() => expect(before?.aborted).toBe(true), 15_000)
  expect(after?.aborted).toBe(false)
})

test('sign-out-user: without Redis the exit code is 3, and neither user name nor password is shown', async () => {
  const host = `127.0.0.1:${await freePort()}`
  const url = `redis://operator:${'p'.repeat(20)}@${host}`
  const { code, stdout, stderr } = await runCli(['sign-out-user', '42', '--env', 'shop'], {
    env: { TOKENWARD_REDIS_URL: url },
  })
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toContain(`the fleet was not told: Redis at ${host} cannot be used (ECONNREFUSED)`)
  expect(stderr).not.toMatch(/pppp|operator/)
})

test('sign-out-user: a Redis that refuses says why', async () => {
  await using redis = await startRedis(false, ['--requirepass', 'the-right-one'])
  const { code, stderr } = await runCli(['sign-out-user', '42', '--env', 'shop'], {
    env: { TOKENWARD_REDIS_URL: `redis://:the-wrong-one@127.0.0.1:${redis.port}` },
  })
  expect(code).toBe(3)
  expect(stderr).toMatch(/Redis at 127\.0\.0\.1:\d+ cannot be used \((WRONGPASS|NOAUTH)\)/)
  expect(stderr).not.toContain('the-wrong-one')
})

const redis = ['--redis', 'redis://127.0.0.1:1']

test.each<[what: string, args: readonly string[], words: string]>([
  ['no user', ['--env', 'shop', ...redis], 'the user id is missing'],
  ['an empty user', ['', '--env', 'shop', ...redis], 'the user id is empty'],
  ['two users', ['42', '43', '--env', 'shop', ...redis], 'unexpected argument'],
  ['no Redis', ['42', '--env', 'shop'], 'no Redis is named'],
  ['no service', ['42', ...redis], 'env'],
  ['another address', ['42', '--env', 'shop', '--redis', 'http://127.0.0.1'], '--redis must be an address'],
  ['no address', ['42', '--env', 'shop', '--redis', 'here'], '--redis must be an address'],
  ['no time', ['42', '--env', 'shop', ...redis, '--issued-before', 'yesterday'], 'must be a time'],
  [
    'a time without a zone',
    ['42', '--env', 'shop', ...redis, '--issued-before', '2026-01-01T10:00:00'],
    'must be a time',
  ],
  [
    'a day without time and zone',
    ['42', '--env', 'shop', ...redis, '--issued-before', '2026-01-01'],
    'must be a time',
  ],
  [
    'a day that is none',
    ['42', '--env', 'shop', ...redis, '--issued-before', '2026-02-30T10:00:00Z'],
    'must be a time',
  ],
  [
    'a future time',
    ['42', '--env', 'shop', ...redis, '--issued-before', '2999-01-01T00:00:00+08:00'],
    'lies in the future',
  ],
])('sign-out-user: %s is a mistake of the command line', async (_what, args, words) => {
  const { code, stdout, stderr } = await runCli(['sign-out-user', ...args])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(words)
})

test('sign-out-user: a password on the command line is refused, and not repeated', async () => {
  const url = 'redis://operator:a-secret-word@127.0.0.1:1'
  const { code, stderr } = await runCli(['sign-out-user', '42', '--env', 'shop', '--redis', url])
  expect(code).toBe(2)
  expect(stderr).toContain('a password is never taken from the command line')
  expect(stderr).not.toContain('a-secret-word')
})
