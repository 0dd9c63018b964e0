// One server in a process of its own, which tells its processor time when asked. Argument: `mock`, `start` (the mock, without a token), `prism`, or `floor`, which answers and knows nothing.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tellProcessorTime } from '@tokenward/scripts/bench/load'

/** What the parent is told once the server listens. */
export interface Started {
  readonly url: string
  /** A token that it accepts. */
  readonly token: string
  /** From the import to listening, in milliseconds. */
  readonly ms: number
}

// Whom the spec's example tells of, so that all answers are the same.
const holder = { clientId: 'my-env', sub: '1849755119840497664', scope: 'user sso' }
const anyToken = 'a'.repeat(800)

async function startFloor(): Promise<string> {
  const { clientId, ...rest } = holder
  const body = JSON.stringify({ token_type: 'Bearer', client_id: clientId, ...rest })
  const head = {
    'x-request-id': 'a'.repeat(32),
    'content-type': 'application/json',
    'content-length': String(body.length),
  }
  const server = createServer((_request, response) => void response.writeHead(200, head).end(body))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function start(): Promise<Omit<Started, 'ms'>> {
  const [, , role] = process.argv
  if (role === 'floor') return { url: await startFloor(), token: anyToken }
  if (role === 'prism') {
    const { startPrism } = await import('@tokenward/scripts/test-bed/prism')
    return { url: (await startPrism()).url, token: anyToken }
  }
  const { startAuthMock } = await import('@tokenward/auth-mock')
  const mock = await startAuthMock()
  // The first token makes the key, which is no part of the start.
  return { url: mock.url, token: role === 'mock' ? mock.issueToken(holder) : anyToken }
}

const begin = performance.now()
const started = await start()
process.send?.({ ...started, ms: performance.now() - begin } satisfies Started)
tellProcessorTime()
process.on('disconnect', () => process.exit())
