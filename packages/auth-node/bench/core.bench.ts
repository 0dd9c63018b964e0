// The processor time of one call over a stand-in for fetch that answers with a real Response, beside the bare call and other clients; and
// the throughput of the same client over the platform's fetch and a real connection.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAuthClient } from '@tokenward/auth-node'
import { assertSame, interleave, printFigures, printRow } from '@tokenward/scripts/bench/measure'
import {
  customFetch,
  introspectionRequest,
  None,
  processIntrospectionResponse,
  processRevocationResponse,
  revocationRequest,
} from 'oauth4webapi'
import createClient from 'openapi-fetch'
import { makeTokens } from './tokens.ts'

const origin = 'https://shop.api.tcloudbasegateway.com'
const tokens = makeTokens(100, origin)
// As long as the others, and says nothing to anyone.
const opaque = tokens.map((token) => token.replaceAll('.', '-'))
const headers = { 'content-type': 'application/json' }

// RFC 7662 wants `active`, which this service leaves out: for oauth4webapi, and the same work for all.
const answers = {
  verifyToken: JSON.stringify({ active: true, client_id: 'shop', sub: '42', scope: 'user' }),
  revokeToken: '{}',
}
const paths = { verifyToken: '/auth/v1/token/introspect', revokeToken: '/auth/v1/revoke' } as const
type Operation = keyof typeof answers
type Call = (token: string) => Promise<unknown>

interface Paths {
  readonly '/auth/v1/token/introspect': { get: object }
  readonly '/auth/v1/revoke': {
    post: { requestBody: { content: { 'application/json': { token: string } } } }
  }
}

function makeContestants(operation: Operation): Record<string, Call> {
  const url = `${origin}${paths[operation]}?client_id=shop`
  const answer = answers[operation]
  const fetch = async (..._request: readonly unknown[]): Promise<Response> =>
    new Response(answer, { headers })
  const auth = createAuthClient({ env: 'shop', clientId: 'shop', fetch })
  const openapi = createClient<Paths>({ baseUrl: origin, fetch })
  const server = { issuer: origin, introspection_endpoint: url, revocation_endpoint: url }
  const client = { client_id: 'shop' }
  const rest = (token: string): { params: object; headers: Record<string, string> } => ({
    params: { query: { client_id: 'shop' } },
    headers: { authorization: `Bearer ${token}` },
  })
  const bare: Call = async (token) => {
    const authorization = `Bearer ${token}`
    const response =
      operation === 'verifyToken'
        ? await fetch(url, { method: 'GET', headers: { authorization } })
        : await fetch(url, {
            method: 'POST',
            headers: { authorization, ...headers },
            body: JSON.stringify({ token }),
          })
    return response.json()
  }
  if (operation === 'verifyToken')
    return {
      bare,
      ours: auth.verifyToken,
      'openapi-fetch': async (token) => (await openapi.GET(paths.verifyToken, rest(token))).data,
      oauth4webapi: async (token) => {
        const options = { [customFetch]: fetch }
        const response = await introspectionRequest(server, client, None(), token, options)
        return processIntrospectionResponse(server, client, response)
      },
    }
  return {
    bare,
    ours: auth.revokeToken,
    'openapi-fetch': async (token) =>
      (await openapi.POST(paths.revokeToken, { ...rest(token), body: { token } })).data,
    oauth4webapi: async (token) =>
      processRevocationResponse(
        await revocationRequest(server, client, None(), token, { [customFetch]: fetch }),
      ),
  }
}

/** Microseconds of processor time per call. */
async function time(call: Call, list: readonly string[]): Promise<number> {
  const count = 20_000
  const before = process.cpuUsage()
  for (let index = 0; index < count; index += 1) await call(list[index % list.length] ?? '')
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

async function serve(): Promise<void> {
  const head = { ...headers, 'content-length': String(answers.verifyToken.length) }
  const server = createServer(
    (_request, response) => void response.writeHead(200, head).end(answers.verifyToken),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  process.send?.((server.address() as AddressInfo).port)
  process.on('disconnect', () => process.exit())
}

/** Calls per second, so many in flight. */
async function throughput(call: Call, inFlight: number, ms: number): Promise<number> {
  const startedAt = performance.now()
  let count = 0
  const caller = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      await call(tokens[count % tokens.length] ?? '')
      count += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller))
  return (count * 1_000) / (performance.now() - startedAt)
}

async function compareOverLoopback(): Promise<void> {
  const server = fork(import.meta.filename, ['serve'])
  const [port] = (await once(server, 'message')) as [number]
  const baseUrl = `http://127.0.0.1:${port}`
  const url = `${baseUrl}${paths.verifyToken}?client_id=shop`
  const auth = createAuthClient({ baseUrl, clientId: 'shop', fetch: (to, init) => fetch(to, init) })
  const openapi = createClient<Paths>({ baseUrl })
  const calls: Record<'bare fetch' | 'ours' | 'openapi-fetch', Call> = {
    'bare fetch': async (token) =>
      (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json(),
    ours: auth.verifyToken,
    'openapi-fetch': async (token) =>
      (await openapi.GET(paths.verifyToken, { headers: { authorization: `Bearer ${token}` } })).data,
  }
  const figures = await interleave(7, {
    'bare fetch': () => throughput(calls['bare fetch'], 64, 800),
    ours: () => throughput(calls.ours, 64, 800),
    'openapi-fetch': () => throughput(calls['openapi-fetch'], 64, 800),
  })
  printFigures(
    "verifyToken over loopback and the platform's fetch, 64 in flight",
    'calls per second',
    figures,
  )
  printRow('ours ÷ bare fetch', figures.ours / figures['bare fetch'], { atLeast: 0.85 })
  server.kill()
}

async function compareProcessorTime(): Promise<void> {
  const [first = ''] = tokens
  for (const operation of ['verifyToken', 'revokeToken'] as const) {
    const contestants = Object.entries(makeContestants(operation))
    const seen: Record<string, unknown> = {}
    for (const [name, call] of contestants) {
      const answer = Object((await call(first)) ?? {}) as Record<string, unknown>
      // What a success is called differs where the service says nothing: `{}`, `undefined`, or an outcome.
      seen[name] = operation === 'verifyToken' ? [answer['active'], answer['sub']] : !('error' in answer)
    }
    assertSame(`the answer of ${operation}`, seen)
    // A JWT of 1 kB is read for its expiry before anything is sent, which the others do not do. That is what users have, so the row counts it.
    for (const [kind, list] of Object.entries({ 'an opaque token': opaque, 'a JWT': tokens })) {
      const runs = contestants.map(([name, call]) => [name, () => time(call, list)] as const)
      const figures = await interleave(9, Object.fromEntries(runs))
      printFigures(`${operation} of ${kind}`, 'µs of processor time', figures)
      const { bare = Number.NaN, ours = Number.NaN } = figures
      if (list === tokens) printRow(`${operation} ÷ bare call`, ours / bare, { atMost: 1.75 })
    }
  }
}

if (process.argv[2] === 'serve') await serve()
else {
  await compareProcessorTime()
  await compareOverLoopback()
}
