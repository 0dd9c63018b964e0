// A guard in a real server, hit after hit over 32 connections: beside none, beside an LRU written by hand, and beside the usual package.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Setup } from './guard-server.ts'
import { getRequest, load } from '@tokenward/scripts/load'
import { assertSame, interleave, median, printFigures, printRow } from '@tokenward/scripts/measure'
import { makeTokens, publicKey } from './tokens.ts'

const connections = 32
const roundMs = 400
const rounds = 2
// Two processes with the same code can differ by a fifth for as long as they live, so that each contestant gets many.
const generations = 13
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }

const issuerServer = createServer((_request, response) => void response.end(JSON.stringify({ keys: [jwk] })))
await once(issuerServer.listen(0, '127.0.0.1'), 'listening')
const issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`
const tokens = makeTokens(1_000, issuer)
const requests = tokens.map((token) => getRequest('/me', token))
const children: ChildProcess[] = []

async function start(framework: string, guard: string): Promise<number> {
  const child = fork(new URL('guard-server.ts', import.meta.url), [framework, guard])
  children.push(child)
  child.send({ tokens, jwk, issuer } satisfies Setup)
  const [port] = (await once(child, 'message')) as [number]
  return port
}

async function statuses(port: number): Promise<number[]> {
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

/** Requests per second of each guard, in processes of their own. */
async function race(framework: string, guards: readonly string[]): Promise<Record<string, number>> {
  const ports: Record<string, number> = {}
  for (const guard of guards) ports[guard] = await start(framework, guard)
  const answers: Record<string, unknown> = {}
  for (const [guard, port] of Object.entries(ports))
    if (guard !== 'none') answers[guard] = await statuses(port)
  assertSame(`${framework}, statuses for a good, a bad and no token`, answers)
  const runs = Object.entries(ports).map(
    ([guard, port]) =>
      [guard, () => load({ port, requests, answerEnd: '{"ok":true}', connections, ms: roundMs })] as const,
  )
  const figures = await interleave<string>(rounds, Object.fromEntries(runs))
  for (const child of children.splice(0)) child.kill()
  return figures
}

try {
  for (const [framework, peers] of Object.entries(targets)) {
    const guards = ['none', 'ours', ...Object.keys(peers)]
    const races: Record<string, number>[] = []
    while (races.length < generations) races.push(await race(framework, guards))
    const middle = (guard: string): number => median(races.map((figures) => figures[guard] ?? Number.NaN))
    const figures = Object.fromEntries(guards.map((guard) => [guard, middle(guard)]))
    printFigures(`${framework}, ${connections} connections`, 'requests per second', figures)
    const { ours = Number.NaN } = figures
    console.log(`share of the unguarded server: ${(ours / (figures['none'] ?? Number.NaN)).toFixed(2)}`)
    for (const [guard, atLeast] of Object.entries(peers))
      printRow(`${framework}: ours ÷ ${guard}`, ours / (figures[guard] ?? Number.NaN), { atLeast })
  }
} finally {
  for (const child of children) child.kill()
  issuerServer.close()
}
