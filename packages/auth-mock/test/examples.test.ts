// The examples, as far as they can be run without a container engine: each command of theirs is started for real.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@tokenward/test-kit/ports'
import { DCLinter } from 'dclint'
import { createServer } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { startAuthMock } from '../src/index.ts'

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const read = (name: string): unknown => parse(readFileSync(fileOf(`../examples/${name}`), 'utf8'))

interface Compose {
  readonly services: Readonly<
    Record<
      'auth-mock' | 'app',
      {
        readonly command: string
        readonly healthcheck: { readonly test: readonly string[] }
        readonly environment: Readonly<Record<string, string>>
        readonly depends_on: Readonly<Record<string, { readonly condition: string }>>
        readonly ports: readonly string[]
        readonly volumes: readonly string[]
      }
    >
  >
}

/** Starts what stands behind `npx --yes @tokenward/auth-mock`, with another port; resolves to its address once it listens. */
async function startCommand(words: readonly string[]): Promise<string> {
  expect(words.slice(0, 3)).toEqual(['npx', '--yes', '@tokenward/auth-mock'])
  const port = String(await freePort())
  const seed = fileOf('../examples/seed.json')
  const args = words.slice(3).map((word) => (word === '4010' ? port : word.replace('/mock/seed.json', seed)))
  const child = spawn(process.execPath, [fileOf('../src/cli.ts'), ...args])
  onTestFinished(() => void child.kill())
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  await expect.poll(() => printed, { timeout: 10_000 }).toMatch(/user 42: .+\n/)
  return `http://127.0.0.1:${port}`
}

async function exitCodeOf([kind, command = '', ...args]: readonly string[]): Promise<unknown> {
  expect([kind, command]).toEqual(['CMD', 'node'])
  return (await once(spawn(process.execPath, args), 'exit'))[0]
}

interface LintResult {
  readonly messages: readonly { readonly rule: string; readonly message: string }[]
}

/** What speaks against a compose file: all of the schema, and what would fail or open more than it should when it is run. */
function lintCompose(file: string): string[] {
  const rules = {
    'invalid-schema': 2,
    'no-build-and-image': 2,
    'no-duplicate-exported-ports': 2,
    'no-unbound-port-interfaces': 2,
    'no-version-field': 2,
    'service-image-require-explicit-tag': 2,
  } as const
  // Its own types cannot be resolved by NodeNext.
  const results: readonly LintResult[] = new DCLinter({
    rules,
    quiet: false,
    debug: false,
    exclude: [],
  }).lintFiles([file], false)
  expect(results).toHaveLength(1)
  return results.flatMap(({ messages }) =>
    messages.filter(({ rule }) => rule in rules).map(({ rule, message }) => `${rule}: ${message}`),
  )
}

test('compose.yaml: keeps to the schema of Docker Compose', () => {
  expect(lintCompose(fileOf('../examples/compose.yaml'))).toEqual([])
})

test.each([
  ['an unknown field', 'healthcheck:', 'healthchek:', 'invalid-schema'],
  ['a port for the whole network', '127.0.0.1:4010:4010', '4010:4010', 'no-unbound-port-interfaces'],
])('compose.yaml: with %s, the check would say so', (_, given, wrong, rule) => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-mock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'compose.yaml')
  const text = readFileSync(fileOf('../examples/compose.yaml'), 'utf8')
  writeFileSync(file, text.replace(given, wrong))
  expect(lintCompose(file)).toEqual([expect.stringContaining(rule)])
})

/** The application that a running mock is of. */
async function clientIdOf(url: string): Promise<unknown> {
  const info = (await (await fetch(`${url}/__mock/info`)).json()) as { readonly clientId: unknown }
  return info.clientId
}

test('compose.yaml: the mock starts with its seed, and its health check tells', async () => {
  const { services } = read('compose.yaml') as Compose
  const mock = services['auth-mock']
  const url = await startCommand(mock.command.split(' '))
  const tokens = (await (await fetch(`${url}/__mock/tokens`)).json()) as { token: string; state: string }[]
  const states = tokens.slice(0, 3).map(({ token, state }) => [token, state])
  expect(states).toEqual([
    ['alice', 'active'],
    ['guest', 'active'],
    ['yesterday', 'expired'],
  ])
  expect(await clientIdOf(url)).toBe(services.app.environment['TOKENWARD_CLIENT_ID'])

  const check = (port: string): readonly string[] =>
    mock.healthcheck.test.map((word) => word.replace('127.0.0.1:4010', `127.0.0.1:${port}`))
  expect(await exitCodeOf(check(new URL(url).port))).toBe(0)
  expect(await exitCodeOf(check(String(await freePort())))).toBe(1)
})

test('compose.yaml: the app waits for the mock, finds it by its name, and only this machine sees the port', () => {
  const { services } = read('compose.yaml') as Compose
  expect(services.app.depends_on).toEqual({ 'auth-mock': { condition: 'service_healthy' } })
  expect(services.app.environment).toEqual({
    TOKENWARD_BASE_URL: 'http://auth-mock:4010',
    TOKENWARD_CLIENT_ID: 'my-env',
  })
  expect(services['auth-mock'].ports).toEqual(['127.0.0.1:4010:4010'])
  expect(services['auth-mock'].volumes).toEqual(['./seed.json:/mock/seed.json:ro'])
})

test('gitlab-ci.yml: the service starts, and can be called by its alias', async () => {
  const { test: job } = read('gitlab-ci.yml') as {
    test: { services: { alias: string; command: string[] }[]; variables: Record<string, string> }
  }
  const [service] = job.services
  const url = await startCommand(service?.command ?? [])
  expect(job.variables['TOKENWARD_BASE_URL']).toBe(`http://${service?.alias}:4010`)
  expect((await fetch(`${url}/__mock/health`)).status).toBe(200)
  expect(await clientIdOf(url)).toBe(job.variables['TOKENWARD_CLIENT_ID'])
})

test('vite.config.ts: a page mints a token through the dev server, and verifies it there', async () => {
  await using mock = await startAuthMock({ allowMint: true })
  process.env['AUTH_MOCK_URL'] = mock.url
  const port = await freePort()
  const server = await createServer({
    configFile: fileOf('../examples/vite.config.ts'),
    root: fileOf('../examples'),
    logLevel: 'silent',
    server: { port, strictPort: true, host: '127.0.0.1' },
  })
  onTestFinished(() => server.close())
  await server.listen()

  const origin = `http://127.0.0.1:${port}`
  const page = { origin, 'sec-fetch-site': 'same-origin' }
  const minted = await fetch(`${origin}/__mock/tokens`, {
    method: 'POST',
    headers: page,
    body: '{"sub":"42"}',
  })
  const { token } = (await minted.json()) as { token: string }
  const headers = { ...page, authorization: `Bearer ${token}` }
  const verified = await fetch(`${origin}/auth/v1/token/introspect`, { headers })
  expect(await verified.json()).toMatchObject({ sub: '42' })
  const steering = await fetch(`${origin}/__mock/reset`, { method: 'POST', headers: page })
  expect(steering.status).toBe(404)
  expect(mock.tokens()).toHaveLength(1)
})
