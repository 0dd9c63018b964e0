// The first five minutes of the guide, as they stand, with the packed packages and the oldest Node: for Node, for functions, for a browser.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { freePort } from '@tokenward/test-kit/ports'
import { createServer } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import { startBrowser } from '../../browsers/browsers.ts'
import { readPage } from '../../test-bed/html-blocks.ts'
import { type MarkdownBlock, readBlocks } from '../../test-bed/markdown-blocks.ts'
import { nodeVersions } from '../../test-bed/node-versions.ts'
import { root } from '../../test-bed/run-command.ts'
import { createProject } from './project.ts'

const [[, node]] = nodeVersions
const blocksOf = (page: string): readonly MarkdownBlock[] =>
  readBlocks(readFileSync(join(root, `packages/docs/pages/guide/${page}.md`), 'utf8'))
const blockWith = (page: string, words: string): string =>
  blocksOf(page).find(({ source }) => source.includes(words))?.source ?? ''

const project = createProject({ links: { 'packages/docs': ['express'] } })

/** Starts a program that listens until the test ends. */
function start(file: string, env: Readonly<Record<string, string>>): void {
  const { NODE_OPTIONS: _options, NODE_PATH: _path, ...own } = process.env
  const child = spawn(node, [file], {
    cwd: project.folder,
    env: { ...own, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  onTestFinished(() => void child.kill())
}

test('node: verify.mjs tells the user, then that the token is dead; server.mjs ends a session for good', async () => {
  await using mock = await startAuthMock()
  const env = { TOKENWARD_BASE_URL: mock.url }
  const blocks = blocksOf('node')
  project.write({
    'verify.mjs': blocks.find(({ mark }) => mark === 'run')?.source ?? '',
    'server.mjs': blocks.find(({ mark }) => mark === 'serve')?.source ?? '',
  })
  const first = mock.issueToken({ sub: '42', scope: 'user' })
  expect(await project.run(node, ['verify.mjs'], { ...env, TOKENWARD_TOKEN: first })).toBe('42\nfalse\n')

  const port = await freePort()
  start('server.mjs', { ...env, TOKENWARD_CLIENT_ID: mock.clientId, PORT: String(port) })
  const url = `http://127.0.0.1:${port}`
  const authorization = `Bearer ${mock.issueToken({ sub: '42', scope: 'user' })}`
  const me = await eventually(() => fetch(`${url}/me`, { headers: { authorization } }))
  expect(await me.json()).toEqual({ sub: '42' })
  const signOut = await fetch(`${url}/sign-out`, { method: 'POST', headers: { authorization } })
  expect(await signOut.json()).toEqual({ outcome: 'revoked' })
  expect((await fetch(`${url}/me`, { headers: { authorization } })).status).toBe(401)
})

test('functions: the calls of the shell answer with the user, and with a refusal', async () => {
  await using mock = await startAuthMock()
  project.write({ 'index.js': blockWith('functions', '// index.js') })
  const commands = blockWith('functions', 'node -e').match(/^node -e .*$/gm) ?? []
  expect(commands).toHaveLength(2)
  const env = {
    PATH: `${dirname(node)}:${process.env['PATH']}`,
    TOKENWARD_BASE_URL: mock.url,
    TOKENWARD_CLIENT_ID: mock.clientId,
    TOKENWARD_TOKEN: mock.issueToken({ sub: '42', scope: 'user' }),
  }
  const [good = '', bad = ''] = await Promise.all(
    commands.map((command) => project.run('sh', ['-c', command], env)),
  )
  expect(good).toBe("{ sub: '42' }\n")
  expect(bad).toContain('statusCode: 401')
})

test('functions: the server of http-function.js guards its route', async () => {
  await using mock = await startAuthMock()
  const port = await freePort()
  const source = blockWith('functions', '// http-function.js')
  expect(source).toContain('app.listen(9000)')
  project.write({ 'http-function.js': source.replace('9000', String(port)) })
  start('http-function.js', { TOKENWARD_BASE_URL: mock.url, TOKENWARD_CLIENT_ID: mock.clientId })
  const url = `http://127.0.0.1:${port}/me`
  const headers = { authorization: `Bearer ${mock.issueToken({ sub: '42' })}` }
  const answer = await eventually(() => fetch(url, { headers }))
  expect(await answer.json()).toEqual({ sub: '42' })
  expect((await fetch(url)).status).toBe(401)
})

test(
  'browser: the page that Vite serves signs in and out, and so does the other tab',
  { timeout: 120_000 },
  async () => {
    await using mock = await startAuthMock({ allowMint: true })
    const html = blockWith('browser', "const service = 'http://127.0.0.1:4010'")
    project.write({ 'index.html': html.replace('http://127.0.0.1:4010', mock.url) })
    const vite = await createServer({
      root: project.folder,
      configFile: false,
      logLevel: 'error',
      server: { port: 0 },
    })
    onTestFinished(() => vite.close())
    await vite.listen()
    const url = vite.resolvedUrls?.local[0] ?? ''
    const browser = await startBrowser('chromium')
    onTestFinished(() => browser.close())
    const [page, other] = [await browser.open(url), await browser.open(url)]
    const reads = (text: string): Promise<void> =>
      eventually(async () => {
        for (const each of [page, other])
          expect(await each.run(`return document.querySelector('#user').textContent`)).toBe(text)
      })
    await reads('signed out')
    await page.run(`document.querySelectorAll('button')[0].click()`)
    await reads('signed in as 42')
    await page.run(`document.querySelectorAll('button')[1].click()`)
    await reads('signed out')
    await eventually(() => expect(mock.tokens().map(({ state }) => state)).toEqual(['revoked']))
  },
)

test('browser: the files that pages without a bundler name are in the tarball', () => {
  const named = blocksOf('browser')
    .filter(({ language }) => language === 'html')
    .flatMap(({ source }) => readPage(source).files)
  expect(named).toEqual(['./auth-web.min.js', './auth-web.global.js'])
  const dist = join(project.folder, 'node_modules/@tokenward/auth-web/dist')
  expect(named.filter((file) => !existsSync(join(dist, file)))).toEqual([])
})
