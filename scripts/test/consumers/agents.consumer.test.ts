// The agents and mocks that wrap Node's HTTP client: beside each of them, the service receives one Authorization header, and what the
// agent adds.
import { createServer } from 'node:http'
import { startProxy } from '@tokenward/test-kit/forward-proxy'
import { listen } from '@tokenward/test-kit/ports'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConsumer, nodes } from './project.ts'

const project = createConsumer(
  '@opentelemetry/api',
  '@opentelemetry/auto-instrumentations-node',
  '@opentelemetry/instrumentation',
  '@opentelemetry/instrumentation-http',
  '@opentelemetry/sdk-trace-node',
  '@sentry/node',
  'dd-trace',
  'global-agent',
  'msw',
  'nock',
)

const received: string[][] = []
const server = createServer((request, response) => {
  received.push(request.rawHeaders)
  response.end(request.headers.authorization === 'Bearer opaque' ? '{"sub":"42"}' : '{}')
})
let baseUrl = ''
beforeAll(async () => {
  baseUrl = `http://127.0.0.1:${await listen(server)}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Ends by itself, because agents hold timers. */
const verify = `
const { createAuthClient } = require('@tokenward/auth-node')
createAuthClient({ maxRetries: 0 }).verifyToken('opaque').then(
  (result) => console.log(JSON.stringify(result)), (error) => console.log(String(error)),
).finally(() => process.exit())`

/** What the client once did for speed: the headers as a flat array, which Node takes by itself. */
const callWithFlatHeaders = `
const { hostname, port, host } = new URL(process.env.TOKENWARD_BASE_URL)
const headers = ['host', host, 'authorization', 'Bearer opaque']
const end = (text) => { console.log(text); process.exit() }
try {
  require('node:http').request({ hostname, port, path: '/auth/v1/token/introspect', headers })
    .on('response', (response) => response.setEncoding('utf8').on('data', end))
    .on('error', (error) => end(String(error)))
    .end()
} catch (error) {
  end(String(error))
}`

const byHand = `
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
new NodeTracerProvider().register()
registerInstrumentations({ instrumentations: [new HttpInstrumentation()] })
require('node:http')`

const ddTrace = `require('dd-trace').init({ startupLogs: false, telemetry: { enabled: false }, remoteConfig: { enabled: false } })`

const sentry = `
const Sentry = require('@sentry/node')
Sentry.init({ dsn: 'http://key@127.0.0.1:1/1', tracesSampleRate: 1, transport: () => ({ send: async () => ({}), flush: async () => true }) })`

const channel = `
require('node:diagnostics_channel').subscribe('http.client.request.created', ({ request }) => request.setHeader('x-trace', 'set'))`

const quiet = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:1',
}

const register = ['--require', '@opentelemetry/auto-instrumentations-node/register']

const nockProgram = `
const nock = require('nock')
nock.disableNetConnect()
nock(process.env.TOKENWARD_BASE_URL, { reqheaders: { authorization: 'Bearer opaque' } })
  .get('/auth/v1/token/introspect').reply(200, { sub: 'by nock' })`

const mswProgram = `
const { http, HttpResponse } = require('msw')
const { setupServer } = require('msw/node')
setupServer(http.get('*/auth/v1/token/introspect', ({ request }) =>
  HttpResponse.json({ sub: request.headers.get('authorization') === 'Bearer opaque' ? 'by MSW' : 'stranger' }),
)).listen({ onUnhandledRequest: 'error' })`

const globalAgent = `require('global-agent').bootstrap()`

interface Agent {
  readonly name: string
  /** In which it hands its trace on. */
  readonly header: string
  readonly program: string
  readonly flags?: readonly string[]
}

const agents: readonly Agent[] = [
  { name: 'OpenTelemetry, set up by hand', header: 'traceparent', program: byHand },
  { name: 'OpenTelemetry, by --require', header: 'traceparent', program: '', flags: register },
  { name: 'dd-trace', header: 'x-datadog-trace-id', program: ddTrace },
  { name: 'Sentry', header: 'sentry-trace', program: sentry },
  { name: 'the diagnostics channel', header: 'x-trace', program: channel },
]

/** Makes a call beside an agent. Resolves to what the program printed, and to what the service received of the token and the trace. */
async function callBeside(
  node: string,
  { header, program, flags = [] }: Agent,
  call: string,
): Promise<{ readonly printed: string; readonly tokens: number; readonly traces: number }> {
  received.length = 0
  project.write({ 'main.cjs': program + call })
  const env = { ...quiet, TOKENWARD_BASE_URL: baseUrl }
  const printed = await project.run(node, [...flags, 'main.cjs'], env)
  const names = received.flatMap((headers) => headers.filter((_, index) => index % 2 === 0))
  const count = (wanted: string): number => names.filter((name) => name.toLowerCase() === wanted).length
  return { printed, tokens: count('authorization'), traces: count(header) }
}

describe.each(nodes)('Node %s', (version, node) => {
  test.each(agents)(
    '$name: the token arrives once, and the trace with it',
    { timeout: 60_000 },
    async (agent) => {
      const { printed, tokens, traces } = await callBeside(node, agent, verify)
      expect(printed).toContain('{"sub":"42","active":true}')
      expect(received).toHaveLength(1)
      expect(tokens).toBe(1)
      // Node 20 publishes nothing on the channel, and must not suffer from a subscriber.
      expect(traces).toBe(version === '20' && agent.program === channel ? 0 : 1)
    },
  )

  test.each([
    ['nock', nockProgram, 'by nock'],
    ['MSW', mswProgram, 'by MSW'],
  ])(
    '%s: answers in place of the service, and sees the token',
    { timeout: 60_000 },
    async (_name, program, sub) => {
      received.length = 0
      project.write({ 'main.cjs': program + verify })
      const printed = await project.run(node, ['main.cjs'], { TOKENWARD_BASE_URL: baseUrl })
      expect(printed).toContain(`"sub":"${sub}"`)
      expect(received).toEqual([])
    },
  )

  test('global-agent: requests go through its proxy', { timeout: 60_000 }, async () => {
    await using proxy = await startProxy()
    received.length = 0
    project.write({ 'main.cjs': globalAgent + verify })
    const env = { TOKENWARD_BASE_URL: baseUrl, GLOBAL_AGENT_HTTP_PROXY: proxy.url }
    expect(await project.run(node, ['main.cjs'], env)).toContain('{"sub":"42","active":true}')
    expect(proxy.requests).toEqual([`GET ${baseUrl}/auth/v1/token/introspect`])
    expect(received.flat().filter((text) => text.toLowerCase() === 'authorization')).toHaveLength(1)
  })
})

// So that the tests above are known to be able to fail.
test.each(agents)(
  '$name: a call of another form loses its token, or the trace',
  { timeout: 60_000 },
  async (agent) => {
    const [, [, node24]] = nodes
    const { tokens, traces } = await callBeside(node24, agent, callWithFlatHeaders)
    expect([tokens, traces]).not.toEqual([1, 1])
  },
)

test('a call of that form arrives where no agent is', { timeout: 60_000 }, async () => {
  const [, [, node24]] = nodes
  const { printed, tokens } = await callBeside(
    node24,
    { name: 'none', header: 'none', program: '' },
    callWithFlatHeaders,
  )
  expect(printed).toContain('{"sub":"42"}')
  expect(tokens).toBe(1)
})
