import { fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { startAuthMock } from '@tokenward/auth-mock'
import { afterEach, expect, test, vi } from 'vitest'
import type { Order } from './fleet-instance.ts'
import { startRedis } from '@tokenward/test-kit/redis-server'

interface Instance {
  readonly ask: (method: Order['method'], token: string) => Promise<unknown>
}

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function startInstance(baseUrl: string, port: number): Promise<Instance> {
  const child = fork(new URL('fleet-instance.ts', import.meta.url), [baseUrl, String(port)])
  ends.push(() => child.kill())
  const answers = new EventEmitter().setMaxListeners(0)
  child.on('message', ({ id, result }: { id: number; result: unknown }) => answers.emit(String(id), result))
  await once(answers, '0')
  let count = 0
  return {
    async ask(method, token) {
      const id = (count += 1)
      const answered = once(answers, String(id))
      child.send({ id, method, token } satisfies Order)
      const [result]: unknown[] = await answered
      return result
    },
  }
}

test('revoked stays revoked in every process, with Redis killed and started again under load', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  await using redis = await startRedis(true)
  const start = (): Promise<Instance> => startInstance(mock.url, redis.port)
  const fleet = await Promise.all([start(), start(), start()])
  const everybody = (method: Order['method'], token: string): Promise<unknown[]> =>
    Promise.all(fleet.map(({ ask }) => ask(method, token)))
  const attached = (): Promise<void> =>
    vi.waitFor(async () => expect(await everybody('isIsolated', '')).not.toContain(true), 15_000)

  await attached()
  const tokens = Array.from({ length: 300 }, () => mock.issueToken({ signed: false }))
  const bystanders = Array.from({ length: 20 }, () => mock.issueToken({ signed: false }))
  for (const token of [...tokens, ...bystanders]) await everybody('verifyToken', token)

  const outcomes: unknown[] = []
  for (const [index, token] of tokens.entries()) {
    if (index === 100) await redis.kill()
    if (index === 200) await redis.start()
    outcomes.push(await fleet[index % fleet.length]?.ask('revoke', token))
    if (index % 50 === 0) await everybody('verifyToken', token)
  }
  expect(outcomes.slice(0, 100)).toEqual(
    tokens.slice(0, 100).map(() => ({ outcome: 'revoked', shared: true })),
  )
  expect(outcomes).toContainEqual({ outcome: 'revoked', shared: false })

  // A late one learns everything from Redis alone; the answers of the others are good for another hour.
  fleet.push(await start())
  await attached()
  const rejected = { active: false, reason: 'rejected' }
  await vi.waitFor(async () => {
    for (const token of tokens)
      expect(await everybody('verifyToken', token)).toEqual(fleet.map(() => rejected))
  }, 15_000)
  for (const token of bystanders)
    for (const verdict of await everybody('verifyToken', token))
      expect(verdict).toMatchObject({ active: true })
}, 120_000)
