// How soon the sockets of a token, or of a user, are closed in every process of a fleet, beside a bare publish that closes sockets by hand
// over the same Redis. Needs redis-server.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { createRedisStore } from '@tokenward/auth-node/redis'
import { printFigures, printRow, runRounds } from '@tokenward/scripts/bench/measure'
import { startRedis } from '@tokenward/test-kit/redis-server'
import { mintToken } from '@tokenward/test-kit/tokens'
import { createClient } from 'redis'
import { measureWatchedConnection } from './connection-memory.ts'

const processes = 4
const socketsOfEach = 2_000
/** Each user has two tokens, and each token two sockets in each process. */
const tokensOfUser = 2
const socketsOfToken = 2
const users = socketsOfEach / tokensOfUser / socketsOfToken
/** How many are revoked in each way. */
const samples = 120

await using redis = await startRedis(false)
const children = Array.from({ length: processes }, () =>
  fork(fileURLToPath(new URL('connection-server.ts', import.meta.url)), [String(redis.port)]),
)
const ask = async <Answer>(child: ChildProcess): Promise<Answer> => {
  const [answer] = (await once(child, 'message')) as [Answer]
  return answer
}
try {
  const ports = await Promise.all(children.map((child) => ask<{ port: number }>(child)))

  /** The sockets that are open, by their owner, and those whose owner was not revoked but that closed all the same. */
  const open = new Map<string, number>()
  const revoked = new Set<string>()
  let strangers = 0
  let onClosed = (): void => undefined

  async function openSocket(port: number, line: string): Promise<void> {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(`${line}\n`)
    await once(socket, 'data')
    open.set(line, (open.get(line) ?? 0) + 1)
    socket.once('close', () => {
      if (!revoked.has(line)) strangers += 1
      open.set(line, (open.get(line) ?? 0) - 1)
      onClosed()
    })
    socket.resume()
  }

  const issuedAt = Math.floor(Date.now() / 1_000) - 60
  const fleet = Array.from({ length: users }, (_, user) =>
    Array.from(
      { length: tokensOfUser },
      () => `watched ${mintToken({ sub: `user-${user}`, iat: issuedAt, exp: issuedAt + 86_400 })}`,
    ),
  )
  const bareNames = Array.from({ length: samples }, (_, index) => `bare name-${index}`)
  for (const line of [...fleet.flat(), ...bareNames]) {
    const both = ports.flatMap(({ port }) =>
      Array.from({ length: socketsOfToken }, () => openSocket(port, line)),
    )
    await Promise.all(both)
  }

  const client = createClient({ socket: { host: '127.0.0.1', port: redis.port, reconnectStrategy: 20 } })
  client.on('error', () => undefined)
  await client.connect()
  const fetch = async (): Promise<Response> => Response.json({})
  const verifier = createTokenVerifier(createAuthClient({ env: 'shop', fetch }), {
    store: createRedisStore(client),
  })

  /** Resolves once every process follows Redis. */
  async function attached(): Promise<void> {
    for (;;) {
      const states = children.map((child) => {
        child.send('state')
        return ask<{ isIsolated: boolean }>(child)
      })
      const isolated = (await Promise.all(states)).some(({ isIsolated }) => isIsolated)
      if (!isolated && !verifier.stats().isIsolated) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Resolves to how long it took until the last socket of these owners was closed, in milliseconds. */
  async function close(lines: readonly string[], revoke: () => Promise<unknown>): Promise<number> {
    for (const line of lines) revoked.add(line)
    const done = new Promise<number>((resolve) => {
      onClosed = () => {
        if (lines.every((line) => open.get(line) === 0)) resolve(performance.now())
      }
    })
    const start = performance.now()
    await revoke()
    return (await done) - start
  }

  await attached()
  const tokenOf = (line: string): string => line.slice('watched '.length)
  let next = 0
  const nextUser = (): readonly [string, string] => {
    const [one = '', two = ''] = fleet[(next += 1) - 1] ?? []
    return [one, two]
  }
  const rounds = await runRounds(samples, {
    'one token revoked': () => {
      const [line] = nextUser()
      return close([line], () => verifier.revoke(tokenOf(line)))
    },
    'one user revoked': () => {
      const lines = nextUser()
      return close(lines, () => verifier.revokeSubject(`user-${next - 1}`))
    },
    'bare publish and close': () => {
      const line = bareNames.pop() ?? ''
      return close([line], () => client.publish('bare', line.slice('bare '.length)))
    },
  })
  const p99 = (name: keyof (typeof rounds)[number]): number =>
    rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.ceil(samples * 0.99) - 1] ?? Number.NaN
  const bare = p99('bare publish and close')
  const figures = {
    'one token revoked': p99('one token revoked'),
    'one user revoked': p99('one user revoked'),
    'bare publish and close': bare,
  }
  printFigures(
    `the last socket closed, of ${processes} processes with ${socketsOfEach} sockets each, 99th percentile`,
    'ms',
    figures,
  )
  for (const name of ['one token revoked', 'one user revoked'] as const)
    printRow(`${name}, p99 in ms (25, or 3 × bare)`, figures[name], { atMost: Math.max(25, 3 * bare) })

  await redis.kill()
  const [line] = nextUser()
  const lines = nextUser()
  let returnedAt = 0
  const start = performance.now()
  const total = await close([line, ...lines], async () => {
    await verifier.revoke(tokenOf(line))
    await verifier.revokeSubject(`user-${next - 1}`)
    await redis.start()
    returnedAt = performance.now()
  })
  printRow('closed after the return of Redis, ms', total - (returnedAt - start), { atMost: 1_000 })
  printRow('sockets of other users that closed', strangers, { atMost: 0 })
  await verifier.close()
  client.destroy()
} finally {
  for (const child of children) child.kill()
}
measureWatchedConnection()
