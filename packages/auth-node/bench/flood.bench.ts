// A flood of made-up tokens, before a verifier that has the service's keys: whether it fails users who are new, and what a refusal costs.
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { serviceKeys } from '@tokenward/auth-node/signature'
import { jwtVerify } from 'jose'
import { assertSame, interleave, printFigures, printRow } from '@tokenward/scripts/bench/measure'
import { makeTokens, publicKey } from './tokens.ts'

const perSecond = 1_000
const seconds = 5
const usersPerSecond = 20

const tokens = makeTokens(seconds * usersPerSecond + 1, 'https://auth.example.com')
const alive = new Set(tokens)
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }

/** The same header and claims under a signature that was changed. */
function forge(token: string, index: number): string {
  const [header, payload, signature = ''] = token.split('.')
  return `${header}.${payload}.${String(index).padStart(8, 'A')}${signature.slice(8)}`
}

function createVerifiers() {
  const auth = createAuthClient({
    env: 'shop',
    maxRetries: 0,
    async fetch(url, { headers: { authorization = '' } }) {
      if (url.endsWith('/certs')) return Response.json({ keys: [jwk] })
      return Response.json(alive.has(authorization.slice(7)) ? { sub: '42', client_id: 'shop' } : {})
    },
  })
  return {
    'with keys': createTokenVerifier(auth, { signature: serviceKeys(auth) }),
    'without keys': createTokenVerifier(auth),
  }
}

const verifiers = createVerifiers()
const [known = '', ...users] = tokens

/** Resolves to the share of new users who are not let in while the flood goes on. */
async function flood(verifier: (typeof verifiers)['with keys']): Promise<number> {
  await verifier.verifyToken(known)
  const junk: Promise<unknown>[] = []
  const checks: Promise<boolean>[] = []
  const stepMs = 1_000 / usersPerSecond
  for (const [index, user] of users.entries()) {
    for (let count = 0; count < perSecond / usersPerSecond; count += 1)
      junk.push(verifier.verifyToken(forge(known, index * 1_000 + count)).catch(() => undefined))
    checks.push(
      verifier.verifyToken(user).then(
        ({ active }) => active,
        () => false,
      ),
    )
    await sleep(stepMs)
  }
  await Promise.all(junk)
  const isIn = await Promise.all(checks)
  return isIn.filter((each) => !each).length / isIn.length
}

const failed = {
  'with keys': await flood(verifiers['with keys']),
  'without keys': await flood(verifiers['without keys']),
}
printFigures(`new users who are not let in, ${perSecond} made-up tokens a second`, 'share', failed)
printRow('new users who are not let in, with keys', failed['with keys'], { atMost: 0 })

const forged = Array.from({ length: 1_000 }, (_, index) => forge(known, index))
const contestants = {
  ours: async (token: string) => (await verifiers['with keys'].verifyToken(token)).active,
  jose: async (token: string) =>
    jwtVerify(token, publicKey).then(
      () => true,
      () => false,
    ),
}
assertSame('a made-up token', {
  ours: await contestants.ours(forge(known, 0)),
  jose: await contestants.jose(forge(known, 0)),
})
const time = (check: (token: string) => Promise<boolean>) => async (): Promise<number> => {
  const start = performance.now()
  for (const token of forged) await check(token)
  return ((performance.now() - start) * 1_000) / forged.length
}
const figures = await interleave(9, { ours: time(contestants.ours), jose: time(contestants.jose) })
printFigures('a refusal of a made-up token', 'µs', figures)
printRow('a refusal ÷ jose jwtVerify', figures.ours / figures.jose, { atMost: 1.3 })
