// auth-node in the runtimes that are not Node, over real HTTP.
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { listen } from '@tokenward/test-kit/ports'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)
const here = fileURLToPath(new URL('runtimes', import.meta.url))
const bin = (name: string): string =>
  fileURLToPath(new URL(`../runtimes/node_modules/.bin/${name}`, import.meta.url))
/** What it prints at the end: its verdicts, and the key under which a fleet of any runtimes is told of the revocation. */
const worked = (token: string): string =>
  `true true true revoked false false ${createHash('sha256').update(token).digest('base64')}`

let mock: AuthMock
beforeAll(async () => {
  mock = await startAuthMock({ clientId: 'my-env' })
})
afterAll(() => mock.close())

test.each([
  ['Bun', 'bun', ['run']],
  ['Deno', 'deno', ['run', '--no-lock', '--allow-env', '--allow-read', '--allow-net=127.0.0.1']],
])('auth-node: verifies, remembers and revokes in %s', async (_name, binary, args) => {
  const token = mock.issueToken({ sub: '42' })
  const env = { ...process.env, TOKENWARD_BASE_URL: mock.url, TOKENWARD_TOKEN: token }
  const { stdout } = await run(bin(binary), [...args, join(here, 'run.mjs')], { env, cwd: here })
  expect(stdout.trim()).toBe(worked(token))
})

/** Bundles a worker as its author would, serves it with workerd, and resolves to its address. */
async function startWorkerd(file: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-workerd-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const bundle = [join(here, file), '--bundle', '--format=esm', '--external:node:*', '--conditions=workerd']
  await run(bin('esbuild'), [...bundle, `--outfile=${folder}/worker.mjs`])
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["private", "local", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2024-01-01",
);
`
  writeFileSync(join(folder, 'config.capnp'), config)
  const workerd = spawn(bin('workerd'), ['serve', '--control-fd=1', 'config.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void workerd.kill())
  const port = await new Promise<number>((resolve, reject) => {
    workerd.on('exit', () => reject(new Error('workerd ended')))
    createInterface(workerd.stdout).once('line', (line) =>
      resolve((JSON.parse(line) as { port: number }).port),
    )
  })
  return `http://127.0.0.1:${port}`
}

test('auth-node: 20 calls in Bun open at most 2 connections', async () => {
  let connections = 0
  const server = createServer((_request, response) => response.end('{"sub":"42"}'))
  server.on('connection', () => (connections += 1))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const env = { ...process.env, TOKENWARD_BASE_URL: `http://127.0.0.1:${await listen(server)}` }
  const { stdout } = await run(bin('bun'), ['run', join(here, 'many-calls.mjs')], { env, cwd: here })
  expect(stdout.trim()).toBe('done')
  expect(connections).toBeGreaterThan(0)
  expect(connections).toBeLessThanOrEqual(2)
})

test('auth-node: verifies, remembers and revokes in workerd', async () => {
  const url = await startWorkerd('worker.mjs')
  const token = mock.issueToken({ sub: '42' })
  const body = JSON.stringify({ baseUrl: mock.url, token })
  const response = await fetch(url, { method: 'POST', body })
  expect(await response.text()).toBe(worked(token))
})

test('auth-node: five requests at once with one token pass a guard in workerd', async () => {
  const url = await startWorkerd('guarded-worker.mjs')
  const headers = { authorization: `Bearer ${mock.issueToken({ sub: '42' })}`, 'x-service': mock.url }
  // So that all of them are under way before the first one is answered.
  onTestFinished(mock.fail({ operation: 'verifyToken', delayMs: 500 }))
  const responses = await Promise.all(Array.from({ length: 5 }, () => fetch(url, { headers })))
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(await Promise.all(responses.map((response) => response.text()))).toEqual([
    '42',
    '42',
    '42',
    '42',
    '42',
  ])
})
