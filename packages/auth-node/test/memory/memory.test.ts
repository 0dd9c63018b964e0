import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createTokenVerifier } from '../../src/index.ts'
import { createTombstones } from '../../src/memory/tombstones.ts'
import { fakeService, mint } from '../fake-service.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}

test('a million distinct tokens leave no more memory in use than a few thousand', async () => {
  const { auth } = fakeService()
  // Without the service's share of the work, which is not what is measured.
  const answer = { active: true, sub: '42', client_id: 'shop', scope: 'user' } as const
  const verifyToken = async () => ({ data: { ...answer }, response: undefined })
  const verifier = createTokenVerifier(
    { ...auth, withResponse: { ...auth.withResponse, verifyToken } },
    { maxEntries: 1_000 },
  )
  const check = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1)
      await verifier.verifyToken(`token-${Math.random()}-${index}`)
  }
  await check(5_000)
  const before = heapUsed()
  await check(1_000_000)
  expect(verifier.stats()).toMatchObject({ inFlight: 0, hit: 0 })
  expect(verifier.stats().entries).toBeLessThanOrEqual(1_000)
  expect(heapUsed() - before).toBeLessThan(1_000_000)
}, 120_000)

test('a million tombstones are at most 100 bytes each beyond the map', () => {
  const count = 1_000_000
  const until = Date.now() + 3_600_000
  // 32 characters, as a key has, flat and on the heap.
  const keyOf = (index: number): string => Buffer.from(`${index}`.padStart(32, '0')).toString('latin1')
  const empty = heapUsed()
  const map = new Map<number, number>()
  for (let index = 0; index < count; index += 1) map.set(index, index)
  const ofMap = heapUsed() - empty
  expect(map.size).toBe(count)
  map.clear()
  const before = heapUsed()
  const tombstones = createTombstones(count, Date.now)
  for (let index = 0; index < count; index += 1) tombstones.add(keyOf(index), until)
  const each = (heapUsed() - before - ofMap) / count
  expect(tombstones.size()).toBe(count)
  expect(each).toBeLessThanOrEqual(100)
  tombstones.add('one more', until)
  expect(tombstones.size()).toBe(count)
  expect(tombstones.has(keyOf(0))).toBe(false)
}, 120_000)

test('full tombstones take as many again, each in place of the oldest', () => {
  const count = 600_000
  const tombstones = createTombstones(count, Date.now)
  const until = Date.now() + 3_600_000
  for (let index = 0; index < 2 * count; index += 1) tombstones.add(`${index}`, until)
  expect(tombstones.size()).toBe(count)
  expect([count - 1, count].map((index) => tombstones.has(`${index}`))).toEqual([false, true])
})

test('a verifier that was never closed is garbage-collected, although it listens to all revocations', async () => {
  const { auth } = fakeService()
  // What only the inside of a verifier holds.
  const inside = Array.from({ length: 20 }, () => {
    const client = { ...auth }
    createTokenVerifier(client)
    return new WeakRef(client)
  })
  // Weak references hold what they name until the turn is over.
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  await auth.revokeToken(mint())
  expect(inside.filter((client) => client.deref())).toEqual([])
})

test('a verifier that is referenced goes on listening after a garbage collection', async () => {
  const { auth } = fakeService()
  const verifier = createTokenVerifier(auth)
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  await auth.revokeToken(mint())
  expect(verifier.stats().tombstones).toBe(1)
})
