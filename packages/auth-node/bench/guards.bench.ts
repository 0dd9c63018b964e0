// A guard in a real server, hit after hit over 32 connections: beside none, beside an LRU written by hand, and beside the usual package.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Setup } from './guard-server.ts'
import { getRequest, load, type Served } from '@tokenward/scripts/bench/load'
import { assertSame, median, printFigures, printRow, runRounds } from '@tokenward/scripts/bench/measure'
import { makeTokens, publicKey } from './tokens.ts'

const connections = 32
// Until its code is compiled, a server is two to three times as slow.
const warmUpMs = 1_500
const roundMs = 300
const rounds = 7
// Two processes with the same code can differ by a fifth for as long as they live, so that each contestant gets several.
const generations = 6
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }

const issuerServer = createServer((_request, response) => void response.end(JSON.stringify({ keys: [jwk] })))
await once(issuerServer.listen(0, '127.0.0.1'), 'listening')
const issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`
const tokens = makeTokens(1_000, issuer)
const requests = tokens.map((token) => getRequest('/me', token))
const children: ChildProcess[] = []

interface Server {
  readonly server: ChildProcess
  readonly port: number
}

async function start(framework: string, guard: string): Promise<Server> {
  const server = fork(new URL('guard-server.ts', import.meta.url), [framework, guard])
  children.push(server)
  server.send({ tokens, jwk, issuer } satisfies Setup)
  const [port] = (await once(server, 'message')) as [number]
  return { server, port }
}

async function statuses({ port }: Server): Promise<number[]> {
  const values = [`Bearer ${tokens[0]}`, `Bearer ${tokens[0]}x`, undefined]
  const answers = values.map((authorization) =>
    fetch(`http://127.0.0.1:${port}/me`, authorization === undefined ? {} : { headers: { authorization } }),
  )
  return (await Promise.all(answers)).map(({ status }) => status)
}

const targets: Record<string, Record<string, number>> = {
  Fastify: { 'by hand': 0.95, usual: 4, 'usual cached': 1.8 },
  Express: { 'by hand': 0.95, usual: 1.7 },
  Hono: { 'by hand': 0.95, usual: 2.2 },
}

/** Runs each guard in a process of its own. */
async function race(framework: string, guards: readonly string[]): Promise<Record<string, Served>[]> {
  const servers: Record<string, Server> = {}
  for (const guard of guards) servers[guard] = await start(framework, guard)
  const answers: Record<string, unknown> = {}
  for (const [guard, server] of Object.entries(servers))
    if (guard !== 'none') answers[guard] = await statuses(server)
  assertSame(`${framework}, statuses for a good, a bad and no token`, answers)
  const run = (server: Server, ms: number): Promise<Served> =>
    load({ ...server, requests, answerEnd: '{"ok":true}', connections, ms })
  for (const server of Object.values(servers)) await run(server, warmUpMs)
  const contestants = Object.entries(servers).map(
    ([guard, server]) => [guard, () => run(server, roundMs)] as const,
  )
  const figures = await runRounds(rounds, Object.fromEntries(contestants))
  for (const child of children.splice(0)) child.kill()
  return figures
}

try {
  for (const [framework, peers] of Object.entries(targets)) {
    const guards = ['none', 'ours', ...Object.keys(peers)]
    const figures: Record<string, Served>[] = []
    for (let i = 0; i < generations; i += 1) figures.push(...(await race(framework, guards)))
    const middle = (read: (round: Record<string, Served>) => number | undefined): number =>
      median(figures.map((round) => read(round) ?? Number.NaN))
    const perSecond = guards.map((guard) => [guard, middle((round) => round[guard]?.perSecond)])
    printFigures(
      `${framework}, ${connections} connections`,
      'requests per second',
      Object.fromEntries(perSecond),
    )
    // Of the same round, so that a slow moment of the machine is in both.
    const ratio = (guard: string, by: keyof Served): number =>
      middle(({ ours, [guard]: peer }) => ours && peer && ours[by] / peer[by])
    console.log(`share of the unguarded server: ${ratio('none', 'perSecond').toFixed(2)}`)
    for (const [guard, atLeast] of Object.entries(peers)) {
      printRow(`${framework}: ours ÷ ${guard}`, ratio(guard, 'perSecond'), { atLeast })
      console.log(`       where the load has its own cores: ${ratio(guard, 'perProcessorSecond').toFixed(2)}`)
    }
  }
} finally {
  for (const child of children) child.kill()
  issuerServer.close()
}
