// The table of the guide's page on agents, proxies and mocks: what agents, dispatchers, proxy variables and mocks of others do to our requests on each runtime.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createCertificates } from '@tokenward/test-kit/certificates'
import { listen } from '@tokenward/test-kit/ports'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeVersions } from '../../test-bed/node-versions.ts'
import { root } from '../../test-bed/run-command.ts'
import { bin, denoRun, here, startWorkerd } from './start.ts'

const folder = mkdtempSync(join(tmpdir(), 'tokenward-way-'))
const certificates = createCertificates(folder)

const answer =
  (sub: string): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify({ sub }))
const service = createServer(answer('service'))
const tlsService = createTlsServer(certificates.server, answer('service'))
/** A proxy for plain HTTP, which tells that it was asked by answering itself. */
const proxy = createServer(answer('proxy'))
const urls = { service: '', tlsService: '', proxy: '' }
beforeAll(async () => {
  urls.service = `http://127.0.0.1:${await listen(service)}`
  urls.tlsService = `https://127.0.0.1:${await listen(tlsService)}`
  urls.proxy = `http://127.0.0.1:${await listen(proxy)}`
})
afterAll(() => {
  for (const server of [service, tlsService, proxy]) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true })
})

type Runtime = readonly [name: string, program: string, args: readonly string[]]

const bun: Runtime = ['Bun', bin('bun'), ['run']]
const deno: Runtime = ['Deno', bin('deno'), denoRun]
const nodes: readonly Runtime[] = nodeVersions.map(([version, program]) => [`Node ${version}`, program, []])
const [node20] = nodes
const runtimes: readonly Runtime[] = [...nodes, bun, deno]

/** Runs `way.mjs`, and resolves to what it printed. */
async function run([, program, args]: Runtime, way: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const tools = way.startsWith('dispatcher') ? 'packages/auth-cli' : 'scripts/consumers'
  const { PATH, HOME } = process.env
  const { stdout } = await promisify(execFile)(program, [...args, join(here, 'way.mjs')], {
    env: {
      PATH,
      HOME,
      WAY: way,
      TOOLS: join(root, tools, 'package.json'),
      TOKENWARD_BASE_URL: urls.service,
      ...env,
    },
  })
  return stdout.trim()
}

describe.each(runtimes)('%s', (name, program, args) => {
  const runtime: Runtime = [name, program, args]
  const isNode = nodes.some(([each]) => each === name)
  /** By the columns of the table. */
  const column = (onNode: string, elsewhere: string): string => (isNode ? onNode : elsewhere)

  test('the option agent is used by Node, and refused by name elsewhere', async () => {
    expect(await run(runtime, 'agent')).toBe(column('service', 'AuthConfigurationError agent'))
  })

  test('the channel http.client.request.created is told of each request by Node 22 and later', async () => {
    const isTold = isNode && name !== node20?.[0]
    expect(await run(runtime, 'channel')).toBe(isTold ? 'service and 1 event' : 'service')
  })

  test('a replaced fetch has no effect on Node, and is used elsewhere', async () => {
    expect(await run(runtime, 'fetch')).toBe(column('service', 'replaced'))
  })

  test('the option fetch leads onto the platform’s fetch, as it is at the time of each request', async () => {
    expect(await run(runtime, 'own fetch')).toBe('replaced')
  })

  test('the global dispatcher of undici has no effect; on Node it has one by way of the option fetch', async () => {
    expect(await run(runtime, 'dispatcher')).toBe('service')
    expect(await run(runtime, 'dispatcher, own fetch')).toBe(column('by MockAgent', 'service'))
  })

  test('MSW answers in place of the service', async () => {
    expect(await run(runtime, 'msw')).toBe('by MSW')
  })

  test('global-agent sends the requests of Node through its proxy, and none elsewhere', async () => {
    const env = { GLOBAL_AGENT_HTTP_PROXY: urls.proxy }
    expect(await run(runtime, 'global-agent', env)).toBe(column('proxy', 'service'))
  })

  test('a replaced http.globalAgent has no effect', async () => {
    expect(await run(runtime, 'http.globalAgent')).toBe('service')
  })

  test('the proxy variables count on Node 22 and later where it is told so, and always elsewhere', async () => {
    const env = { HTTP_PROXY: urls.proxy }
    expect(await run(runtime, 'variables', env)).toBe(column('service', 'proxy'))
    const told = { ...env, NODE_USE_ENV_PROXY: '1' }
    expect(await run(runtime, 'variables', told)).toBe(name === node20?.[0] ? 'service' : 'proxy')
    expect(await run(runtime, 'variables', { ...told, NO_PROXY: '127.0.0.1' })).toBe('service')
  })

  test('NODE_EXTRA_CA_CERTS makes an authority of one’s own trusted', async () => {
    const env = { TOKENWARD_BASE_URL: urls.tlsService }
    expect(await run(runtime, 'variables', env)).toMatch(/^AuthNetworkError/)
    const trusting = { ...env, NODE_EXTRA_CA_CERTS: certificates.authorityFile }
    expect(await run(runtime, 'variables', trusting)).toBe('service')
  })
})

describe('workerd', () => {
  const ask = async (way: string, baseUrl: string, env?: NodeJS.ProcessEnv): Promise<string> => {
    const url = await startWorkerd('way-worker.mjs', env)
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ way, baseUrl }) })
    return response.text()
  }

  test('the option agent is refused by name', async () => {
    expect(await ask('agent', urls.service)).toBe('AuthConfigurationError agent')
  })

  test('a replaced fetch is used', async () => {
    expect(await ask('fetch', urls.service)).toBe('replaced')
  })

  test('variables of the process have no effect', async () => {
    const env = {
      HTTP_PROXY: urls.proxy,
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: certificates.authorityFile,
    }
    expect(await ask('variables', urls.service, env)).toBe('service')
    expect(await ask('variables', urls.tlsService, env)).toBe('AuthNetworkError')
  })
})
