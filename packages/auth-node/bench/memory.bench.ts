// What the verifier's memory costs: bytes for each live token and each revocation, and whether look-ups slow down.
import { randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { interleave, printFigures, printRow } from '@tokenward/scripts/bench/measure'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}

const auth = createAuthClient({
  env: 'shop',
  fetch: async (url) =>
    new Response(
      url.includes('/revoke')
        ? '{}'
        : `{"token_type":"Bearer","client_id":"shop-1a2b3c4d5e","sub":"${randomBytes(9).toString('hex')}","scope":"user sso"}`,
    ),
})

/** A token as long as a real one that no two calls share. */
const token = (): string => randomBytes(500).toString('hex')

const count = 100_000
const cache = createTokenVerifier(auth, { maxEntries: 4 * count, revocationWindowMs: 3_600_000 })
await cache.verifyToken(token())
const empty = heapUsed()
for (let index = 0; index < count; index += 1) await cache.verifyToken(token())
console.log(`\nbytes for each remembered token: ${Math.round((heapUsed() - empty) / count)}`)
await cache.close()

const few = createTokenVerifier(auth)
const many = createTokenVerifier(auth)
// Both hear of these ten; `few` is closed before the million.
const revoked = Array.from({ length: 10 }, token)
for (const each of revoked) await few.revoke(each)
await few.close()
const before = heapUsed()
const million = 1_000_000
for (let index = 0; index < million; index += 1) await auth.revokeToken(`${index}-${'x'.repeat(20)}`)
const { tombstones } = many.stats()
const all = (heapUsed() - before) / million
const map = new Map<number, number>()
const bare = heapUsed()
for (let index = 0; index < million; index += 1) map.set(index, index)
const each = (heapUsed() - bare) / map.size
printFigures('a tombstone', 'bytes', { 'all in all': all, 'the map itself': each })
printRow('bytes of a tombstone beyond the map', all - each, { atMost: 100 })
if (tombstones < million) throw new Error('a revocation was forgotten')

const lookUp = async (verifier: typeof few): Promise<number> => {
  const start = performance.now()
  for (let index = 0; index < 20_000; index += 1) await verifier.verifyToken(revoked[index % 10] ?? '')
  return ((performance.now() - start) * 1_000) / 20_000
}
const figures = await interleave(9, { ten: () => lookUp(few), 'a million': () => lookUp(many) })
printFigures('a look-up among tombstones', 'µs', figures)
printRow('a million ÷ ten', figures['a million'] / figures.ten, { atMost: 1.25 })
