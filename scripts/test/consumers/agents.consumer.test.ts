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

describe.each(nodes)('Node %s', (version, node) => {
  test.each<[name: string, header: string | undefined, program: string, flags?: readonly string[]]>([
    ['OpenTelemetry, set up by hand', 'traceparent', byHand],
    ['OpenTelemetry, by --require', 'traceparent', '', register],
    ['dd-trace', 'x-datadog-trace-id', ddTrace],
    ['Sentry', 'sentry-trace', sentry],
    // Node 20 publishes nothing there, and must not suffer from a subscriber.
    ['the diagnostics channel', version === '20' ? undefined : 'x-trace', channel],
  ])(
    '%s: the token arrives once, and the trace with it',
    { timeout: 60_000 },
    async (_name, header, program, flags = []) => {
      received.length = 0
      project.write({ 'main.cjs': program + verify })
      const printed = await project.run(node, [...flags, 'main.cjs'], {
        ...quiet,
        TOKENWARD_BASE_URL: baseUrl,
      })
      expect(printed).toContain('{"sub":"42","active":true}')
      expect(received).toHaveLength(1)
      const names = received[0]?.filter((_, index) => index % 2 === 0).map((text) => text.toLowerCase())
      expect(names?.filter((text) => text === 'authorization')).toHaveLength(1)
      if (header) expect(names).toContain(header)
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
