// A check that hits the cache, beside the work that every verifier has to do, and beside libraries that check signatures instead.
import { hash } from 'node:crypto'
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { createVerifier } from 'fast-jwt'
import { jwtVerify } from 'jose'
import { assertSame, interleave, printFigures, printRow } from '@tokenward/scripts/bench/measure'
import { makeTokens, publicKey } from './tokens.ts'

const tokens = makeTokens(1_000, 'https://auth.example.com')
const headers = tokens.map((token) => Buffer.from(`Bearer ${token}`))
const subjects = new Map(tokens.map((token, index) => [token, `user-${index}`]))

let requests = 0
const auth = createAuthClient({
  env: 'shop',
  fetch: async (_url, { headers: { authorization = '' } }) => {
    requests += 1
    const sub = subjects.get(authorization.slice(7))
    return Response.json(sub ? { sub, client_id: 'shop', scope: 'user' } : {})
  },
})
const verifier = createTokenVerifier(auth, { revocationWindowMs: 3_600_000 })

interface Entry {
  readonly sub: string
  readonly expiresAt: number
}

/** Read the token, hash it, look it up, check its age: what any cache has to do. */
function createFloor(encoding: 'base64' | 'binary'): (token: string) => Promise<Entry> {
  const memory = new Map<string, Entry>()
  for (const [token, sub] of subjects)
    memory.set(hash('sha256', token, encoding), { sub, expiresAt: Date.now() + 3_600_000 })
  return async (token) => {
    const entry = memory.get(hash('sha256', token, encoding))
    if (!entry || entry.expiresAt <= Date.now()) throw new Error('unknown')
    return entry
  }
}

const fastJwt = createVerifier({
  key: publicKey.export({ type: 'spki', format: 'pem' }),
  cache: 2_000,
}) as (token: string) => { sub?: string }

const contestants = {
  // The usual spelling of a hash, which the targets are set against; and the cheapest, which shows how much is left.
  floor: createFloor('base64'),
  'barest floor': createFloor('binary'),
  ours: verifier.verifyToken,
  'fast-jwt cached': async (token: string) => fastJwt(token),
  jose: async (token: string) => (await jwtVerify(token, publicKey)).payload,
}
type Name = keyof typeof contestants

const [first = ''] = tokens
const answers: Record<string, unknown> = {}
for (const [name, check] of Object.entries(contestants))
  answers[name] = (Object(await check(first)) as { sub?: unknown }).sub
assertSame('the subject of a token', answers)
for (const token of tokens) await verifier.verifyToken(token)

type Check = (token: string) => Promise<unknown>

/** Reads a token anew from its header, as a server does for each request. */
const readToken = (index: number): string =>
  (headers[index % headers.length]?.toString('latin1') ?? '').slice(7)

/** So many checks at once, and the next when all of them are done. */
async function runTogether(check: Check, count: number, size: number): Promise<void> {
  for (let next = 0; next < count;) {
    const checks: Promise<unknown>[] = []
    for (const end = next + size; next < end; next += 1) checks.push(check(readToken(next)))
    await Promise.all(checks)
  }
}

/** So many lanes, none of which waits for the others. */
async function runInLanes(check: Check, count: number, lanes: number): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) {
      const token = readToken(next)
      next += 1
      await check(token)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** Microseconds per check. */
async function race(run: typeof runTogether, size: number): Promise<Record<Name, number>> {
  const runs = Object.entries(contestants).map(([name, check]) => {
    const count = name === 'jose' ? 3_200 : 48_000
    const time = async (): Promise<number> => {
      const start = performance.now()
      await run(check, count, size)
      return ((performance.now() - start) * 1_000) / count
    }
    return [name, time] as const
  })
  return interleave(9, Object.fromEntries(runs) as Record<Name, () => Promise<number>>)
}

for (const [run, size] of [
  [runInLanes, 1],
  [runTogether, 32],
] as const) {
  const figures = await race(run, size)
  printFigures(`a check that hits the cache, ${size} at once`, 'µs', figures)
  const { ours } = figures
  printRow('verifyToken ÷ awaited floor', ours / figures.floor, { atMost: 1.25 })
  printRow('jose ÷ verifyToken', figures.jose / ours, { atLeast: 18 })
  printRow('fast-jwt cached ÷ verifyToken', figures['fast-jwt cached'] / ours, { atLeast: 1.5 })
}
// Here jose keeps every core busy all the time. What a check costs does not change, and nothing that hashes the token can do better.
const busiest = await race(runInLanes, 32)
printFigures('the same in 32 lanes, none of which waits for the others', 'µs', busiest)
const ratio = (name: Name): string => (busiest.jose / busiest[name]).toFixed(2)
console.log(`jose ÷ verifyToken: ${ratio('ours')}, jose ÷ barest floor: ${ratio('barest floor')}`)

const now = Math.floor(Date.now() / 1_000)
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const refused = {
  malformed: Array.from({ length: 1_000 }, (_, index) => `no token ${index}`),
  expired: Array.from({ length: 1_000 }, (_, index) => `${part({ index })}.${part({ exp: now - 3_600 })}.x`),
}
const before = requests
// Without its memory of refusals: each one is decided.
const forgetful = createTokenVerifier(auth, { refusalWindowMs: 0 })
const refusals = await interleave(9, {
  malformed: () => timeRefusals(refused.malformed),
  expired: () => timeRefusals(refused.expired),
})
async function timeRefusals(list: readonly string[]): Promise<number> {
  const start = performance.now()
  for (let round = 0; round < 20; round += 1) for (const token of list) await forgetful.verifyToken(token)
  return ((performance.now() - start) * 1_000) / (20 * list.length)
}
printFigures('a refusal without a request', 'µs', refusals)
printRow('malformed, µs', refusals.malformed, { atMost: 3 })
printRow('expired, µs', refusals.expired, { atMost: 3 })
if (requests !== before) throw new Error('the service was asked about a token that cannot be good')

const [fresh = ''] = makeTokens(1, 'https://auth.example.com')
subjects.set(fresh, 'fresh')
await Promise.all(Array.from({ length: 10_000 }, () => verifier.verifyToken(fresh)))
printRow('requests for 10,000 concurrent checks of one token', requests - before, { atMost: 1 })
