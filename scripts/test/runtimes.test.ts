// auth-node in the runtimes that are not Node, over real HTTP.
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { freePort, listen } from '@tokenward/test-kit/ports'
import { forgeToken } from '@tokenward/test-kit/tokens'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readBlocks } from '../test-bed/markdown-blocks.ts'
import { root } from '../test-bed/run-command.ts'
import { startWorker } from '../test-bed/workerd.ts'
import { bin, denoRun, here, startWorkerd } from './runtimes/start.ts'

const run = promisify(execFile)
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
  ['Deno', 'deno', denoRun],
])('auth-node: verifies, remembers and revokes in %s', async (_name, binary, args) => {
  const token = mock.issueToken({ sub: '42' })
  const env = { ...process.env, TOKENWARD_BASE_URL: mock.url, TOKENWARD_TOKEN: token }
  const { stdout } = await run(bin(binary), [...args, join(here, 'run.mjs')], { env, cwd: here })
  expect(stdout.trim()).toBe(worked(token))
})

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

test("auth-node: in workerd, a guard with the service's keys lets signed tokens in at once, and refuses made-up ones", async () => {
  const url = await startWorkerd('guarded-worker.mjs')
  const call = (token: string): Promise<Response> =>
    fetch(url, { headers: { authorization: `Bearer ${token}`, 'x-service': mock.url, 'x-keys': 'yes' } })
  // So that all of them are under way before the keys are there.
  onTestFinished(mock.fail({ operation: 'getCerts', delayMs: 300, times: 1 }))
  const tokens = Array.from({ length: 5 }, () => mock.issueToken({ sub: '42' }))
  const responses = await Promise.all(tokens.map(call))
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const forged = forgeToken(mock.issueToken({ sub: '42' }))
  const asked = mock.requests().length
  expect((await call(forged)).status).toBe(401)
  expect(mock.requests()).toHaveLength(asked)
})

/** The guide's program of a section, as it stands but for the service that it asks. */
function programOf(page: string, words: string): string {
  const blocks = readBlocks(readFileSync(join(root, 'packages/docs/pages', page), 'utf8'))
  return blocks.find(({ source }) => source.includes(words))?.source ?? ''
}

/** Writes a program beside the others, where the names that it imports are found, until the test ends. */
function place(source: string): string {
  const folder = mkdtempSync(join(here, '.guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'server.ts')
  writeFileSync(file, source)
  return file
}

/** Asks a guarded program with a token and without. */
async function tryGuard(url: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${mock.issueToken({ sub: '42', scope: 'user' })}` }
  const answer = await eventually(() => fetch(url, { headers }))
  return [await answer.json(), (await fetch(url)).status]
}

test("the guide's worker runs in workerd", async () => {
  const source = programOf('guide/workers.md', 'export default')
  expect(source).toContain("{ env: 'my-env' }")
  const file = place(source.replace("{ env: 'my-env' }", `{ env: 'my-env', baseUrl: '${mock.url}' }`))
  const worker = await startWorker(file)
  onTestFinished(() => worker[Symbol.dispose]())
  expect(await tryGuard(worker.url)).toEqual([{ sub: '42' }, 401])
})

test.each([
  ['Bun', 'bun', ['run']],
  ['Deno', 'deno', ['serve', ...denoRun.slice(1)]],
])("the guide's program runs in %s", async (_name, binary, args) => {
  const file = place(programOf('guide/frameworks.md', '// bun run server.ts, deno serve server.ts'))
  const port = String(await freePort())
  const ports = binary === 'deno' ? ['--host', '127.0.0.1', '--port', port] : []
  const child = spawn(bin(binary), [...args, ...ports, file], {
    cwd: here,
    env: { ...process.env, TOKENWARD_BASE_URL: mock.url, TOKENWARD_CLIENT_ID: 'my-env', PORT: port },
    stdio: ['ignore', 'ignore', 'inherit'],
    // The command starts another process, which only ends with the group.
    detached: true,
  })
  onTestFinished(() => {
    if (child.pid !== undefined) process.kill(-child.pid)
  })
  expect(await tryGuard(`http://127.0.0.1:${port}/`)).toEqual([{ sub: '42' }, 401])
})
