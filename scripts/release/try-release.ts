// Installs a release from a registry into empty projects, and ends a session in each: verify, revoke, verify.
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { listen } from '@tokenward/test-kit/ports'
import { build } from 'vite'
import { startBrowser } from '../browsers/browsers.ts'
import { nodeVersions } from '../test-bed/node-versions.ts'
import { root } from '../test-bed/run-command.ts'
import { startWorker } from '../test-bed/workerd.ts'
import type { Registry } from './registry.ts'

const run = promisify(execFile)
const binary = (name: string): string => join(root, 'scripts/runtimes/node_modules/.bin', name)
/** Runs one part of the rehearsal under a title. */
export type Step = <Result>(title: string, work: () => Promise<Result>) => Promise<Result>

const job = `
  const auth = createAuthClient({ baseUrl, clientId: 'my-env' })
  const before = await auth.verifyToken(token)
  const { outcome } = await auth.revokeAndVerifyToken(token)
  const after = await auth.verifyToken(token)
  return [before.active, outcome, after.active].join()`
const expected = 'true,revoked,false'

const sources: Readonly<Record<string, string>> = {
  'use.mjs': `import { createAuthClient } from '@tokenward/auth-node'
export async function use(baseUrl, token) {${job}
}`,
  'esm.mjs': `import { use } from './use.mjs'
const { BASE_URL, TOKEN } = globalThis.process.env
console.log(await use(BASE_URL, TOKEN))`,
  'commonjs.cjs': `const { createAuthClient } = require('@tokenward/auth-node')
async function use(baseUrl, token) {${job}
}
use(process.env.BASE_URL, process.env.TOKEN).then((result) => console.log(result))`,
  'worker.mjs': `import { use } from './use.mjs'
export default {
  async fetch(request) {
    const { baseUrl, token } = await request.json()
    return new Response(await use(baseUrl, token))
  },
}`,
  'page.js': `import { createAuthClient, memorySession } from '@tokenward/auth-web'
globalThis.signOutHere = async (baseUrl, token) => {
  const session = memorySession()
  const auth = createAuthClient({ baseUrl, clientId: 'my-env', session })
  await auth.updateSession(async () => token)
  const { local, remote } = await auth.signOut()
  return [local, remote, (await auth.verifyToken(token)).active].join()
}`,
  'index.html': '<!doctype html><title>page</title><script type="module" src="./page.js"></script>',
}

function assertWorked(printed: string, wanted: string = expected): void {
  if (printed.trim() !== wanted) throw new Error(`expected ${wanted}, got ${printed.trim()}`)
}

async function makeProject(
  folder: string,
  install: readonly [string, ...string[]],
  { npmrc }: Registry,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [file, source] of Object.entries(sources)) writeFileSync(join(folder, file), source)
  const names = ['auth-node', 'auth-web', 'auth-mock', 'auth-cli']
  const dependencies = Object.fromEntries(names.map((name) => [`@tokenward/${name}`, '0.1.0']))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const [command, ...args] = install
  writeFileSync(join(folder, '.npmrc'), npmrc)
  await run(command, args, { cwd: folder })
}

/** Runs a program of a project on a fresh token. The token is no argument: those are visible to every process. */
async function useIn(
  mock: AuthMock,
  folder: string,
  command: string,
  args: readonly string[],
): Promise<void> {
  const token = mock.issueToken({ sub: '42' })
  const env = { PATH: process.env['PATH'], HOME: folder, BASE_URL: mock.url, TOKEN: token }
  assertWorked((await run(command, args, { cwd: folder, env })).stdout)
}

async function useInWorker(mock: AuthMock, folder: string): Promise<void> {
  using worker = await startWorker(join(folder, 'worker.mjs'))
  const body = JSON.stringify({ baseUrl: mock.url, token: mock.issueToken({ sub: '42' }) })
  assertWorked(await (await fetch(worker.url, { method: 'POST', body })).text())
}

async function useInPage(mock: AuthMock, folder: string): Promise<void> {
  await build({ root: folder, logLevel: 'error', build: { outDir: 'dist' } })
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '')
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html')
    response.end(readFileSync(join(folder, 'dist', path)))
  })
  const url = `http://127.0.0.1:${await listen(server)}/`
  const browser = await startBrowser('chromium')
  try {
    const page = await browser.open(url)
    const call = [mock.url, mock.issueToken({ sub: '42' })].map((text) => JSON.stringify(text)).join()
    assertWorked(String(await page.run(`return signOutHere(${call})`)), 'cleared,revoked,false')
  } finally {
    await browser.close()
    server.close()
  }
}

/** Tries the release in every runtime that it names, with both package managers. */
export async function tryRelease(folder: string, registry: Registry, step: Step): Promise<void> {
  await using mock = await startAuthMock({ clientId: 'my-env' })
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  const managers: Readonly<Record<string, readonly [string, ...string[]]>> = {
    npm: ['npm', 'install', '--no-audit', '--no-fund'],
    pnpm: ['npx', '--yes', packageManager, 'install', '--config.minimumReleaseAge=0'],
  }
  for (const [manager, install] of Object.entries(managers)) {
    const project = join(folder, manager)
    await step(`${manager} installs it`, () => makeProject(project, install, registry))
    for (const [version, node] of nodeVersions)
      await step(`Node ${version} ends a session, as an ES module and as CommonJS`, async () => {
        await useIn(mock, project, node, ['esm.mjs'])
        await useIn(mock, project, node, ['commonjs.cjs'])
      })
  }
  const project = join(folder, 'npm')
  await step('Bun ends a session', () => useIn(mock, project, binary('bun'), ['run', 'esm.mjs']))
  const rights = ['--no-lock', '--allow-env', '--allow-read', '--allow-net=127.0.0.1']
  await step('Deno ends a session', () => useIn(mock, project, binary('deno'), ['run', ...rights, 'esm.mjs']))
  await step('a bundled worker ends a session', () => useInWorker(mock, project))
  await step('a page built by Vite ends a session', () => useInPage(mock, project))
}
