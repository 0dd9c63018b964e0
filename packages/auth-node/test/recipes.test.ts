// The recipes of the guide, run as they stand there.
import { channel } from 'node:diagnostics_channel'
import { type Meter, metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, onTestFinished, test } from 'vitest'
import { createTokenVerifier, type TokenVerifier, type VerifierEvent } from '../src/index.ts'
import { fakeService, mint } from './fake-service.ts'
import { loadRecipe } from './load-recipe.ts'

type CreateFetchApi = (verifier: TokenVerifier) => (request: Request) => Promise<Response>

/** Calls an API, and resolves to the status and the JSON of its answer. */
function callWith(api: (request: Request) => Promise<Response>) {
  return async (path: string, token?: string): Promise<[status: number, body: unknown]> => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await api(new Request(`https://shop.example${path}`, { headers }))
    return [response.status, await response.json()]
  }
}

test('guide, signing out: the cookie is cleared, whether the token is active, dead, missing or the service is away', async () => {
  const signOut =
    await loadRecipe<(verifier: TokenVerifier, request: Request) => Promise<Response>>('signOut')
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const token = mint()
  const call = async (cookie?: string): Promise<unknown> => {
    const headers: Record<string, string> = cookie === undefined ? {} : { cookie }
    const response = await signOut(verifier, new Request('https://shop.example/sign-out', { headers }))
    expect(response.headers.get('set-cookie')).toMatch(/^session=; .*Max-Age=0/)
    return response.json()
  }
  expect(await call(`theme=dark; session=${token}`)).toEqual({ outcome: 'revoked' })
  expect(await call(`session=${token}`)).toHaveProperty('outcome')
  expect(await call()).toEqual({ outcome: 'already_inactive' })
  for (const unusable of ['session=no token', 'session=%zz', `session=${mint()}; session=${mint()}`])
    expect(await call(unusable)).toEqual({ outcome: 'unreadable_cookie' })
  service.isDown = true
  expect(await call(`session=${mint()}`)).toEqual({ outcome: 'unreachable' })
})

test.each([
  ['percent-encoded', (token: string) => `session=${token.replaceAll('.', '%2E')}`],
  ['in quotation marks', (token: string) => `session="${token}"`],
  ['behind another one without a space', (token: string) => `a=1;session=${token}`],
])('guide, signing out: the token of a cookie %s is revoked', async (_form, cookieOf) => {
  const signOut =
    await loadRecipe<(verifier: TokenVerifier, request: Request) => Promise<Response>>('signOut')
  const service = fakeService()
  const token = mint()
  const headers = { cookie: cookieOf(token) }
  const request = new Request('https://shop.example/sign-out', { method: 'POST', headers })
  const response = await signOut(createTokenVerifier(service.auth), request)
  expect(await response.json()).toEqual({ outcome: 'revoked' })
  expect(service.dead.has(token)).toBe(true)
})

test('guide, tRPC: the context holds the identity, public procedures stay public, and a bad token is refused', async () => {
  const service = fakeService()
  const createApi = await loadRecipe<CreateFetchApi>('createTrpcApi')
  const call = callWith(createApi(createTokenVerifier(service.auth)))
  const dead = mint()
  service.dead.add(dead)
  expect(await call('/trpc/motd')).toEqual([200, { result: { data: 'welcome' } }])
  expect(await call('/trpc/me', mint())).toEqual([200, { result: { data: '42' } }])
  expect(await call('/trpc/me')).toMatchObject([401, { error: { data: { code: 'UNAUTHORIZED' } } }])
  expect(await call('/trpc/motd', dead)).toMatchObject([401, { error: 'invalid_token' }])
})

test('guide, GraphQL Yoga: the context holds the identity, and a bad token is refused', async () => {
  const service = fakeService()
  const createApi = await loadRecipe<CreateFetchApi>('createGraphqlApi')
  const call = callWith(createApi(createTokenVerifier(service.auth)))
  const dead = mint()
  service.dead.add(dead)
  const me = '/graphql?query={me}'
  expect(await call(me)).toEqual([200, { data: { me: null } }])
  expect(await call(me, mint())).toEqual([200, { data: { me: '42' } }])
  expect(await call(me, dead)).toMatchObject([401, { error: 'invalid_token' }])
  service.isDown = true
  expect(await call(me, mint())).toMatchObject([503, { error: 'temporarily_unavailable' }])
})

test('guide, OpenTelemetry: the real SDK gets the time of each request in seconds, with buckets for seconds', async () => {
  const recordUpstream = await loadRecipe<(meter?: Meter) => void>('recordUpstream')
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  metrics.setGlobalMeterProvider(provider)
  onTestFinished(() => {
    metrics.disable()
    return provider.shutdown()
  })
  recordUpstream()
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const token = mint()
  await verifier.verifyToken(token)
  await verifier.verifyToken(token) // from memory: no request, no time
  service.isDown = true
  await expect(verifier.verifyToken(mint())).rejects.toThrow('503')
  await reader.forceFlush()

  const metric = exporter.getMetrics()[0]?.scopeMetrics[0]?.metrics[0]
  expect(metric?.descriptor).toMatchObject({ name: 'tokenward.upstream.duration', unit: 's' })
  const points = metric?.dataPoints as readonly DataPoint<Histogram>[]
  expect(points.map(({ attributes, value }) => [attributes, value.count])).toEqual([
    [{ 'tokenward.event': 'miss' }, 1],
    [{ 'tokenward.event': 'unavailable', 'error.type': 'api' }, 1],
  ])
  for (const { value } of points) {
    // The fake answers at once: in milliseconds each sum would still be below a minute, so that the bucket tells.
    expect(value.buckets.boundaries[0]).toBeLessThan(1)
    expect(value.sum).toBeLessThan(10)
  }
})

test('guide, OpenTelemetry: an answer that took 2,000 ms is recorded as 2', async () => {
  const recordUpstream = await loadRecipe<(meter: Meter) => void>('recordUpstream')
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  onTestFinished(() => provider.shutdown())
  recordUpstream(provider.getMeter('tokenward'))
  channel('tokenward.verifier').publish({
    event: 'miss',
    clientId: 'shop',
    upstreamMs: 2_000,
  } satisfies VerifierEvent)
  await reader.forceFlush()
  const [point] = exporter.getMetrics()[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints ?? []
  expect(point?.value).toMatchObject({ sum: 2, count: 1 })
})

test('guide, Prometheus: the exposition has a type and a help for each metric, and ends with a line break', async () => {
  const expose = await loadRecipe<(verifier: TokenVerifier) => string>('metrics')
  const verifier = createTokenVerifier(fakeService().auth)
  await verifier.verifyToken(mint())
  const text = expose(verifier)
  expect(text).toContain('tokenward_checks_total{event="miss"} 1\n')
  expect(text.endsWith('\n')).toBe(true)
  const lines = text.trimEnd().split('\n')
  const names = new Set(lines.filter((line) => !line.startsWith('#')).map((line) => /^\w+/.exec(line)?.[0]))
  for (const name of names) {
    expect(lines.filter((line) => line.startsWith(`# TYPE ${name} `))).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith(`# HELP ${name} `))).toHaveLength(1)
  }
  for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) \w+ \S.*|\w+(\{\w+="\w+"\})? \d+)$/)
})
