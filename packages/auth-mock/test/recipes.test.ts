// The recipes of the README and of the guide's page on testing, each run by the tool that it is for. That for Express is run in auth-node, which it needs.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = ['README.md', '../docs/pages/guide/testing.md'].map((page) =>
  readFileSync(join(root, page), 'utf8'),
)
const blocks = Array.from(pages.join('\n').matchAll(/```ts\n([^]*?)```/g), ([, source = '']) => source)
const recipe = (module: string): string => blocks.find((source) => source.includes(`'${module}'`)) ?? ''
const binOf = (name: string, file: string): string =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file)

/** Writes files into a folder within the package, where its own name leads to what is published; runs a command there. */
async function run(files: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
  const folder = mkdtempSync(join(root, '.recipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source)
  // What a tool prints tells more than its exit code.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  )
  return stdout
}

test('recipe: vitest runs it, and each test begins afresh', async () => {
  const source = `${recipe('@tokenward/auth-mock/vitest')}
test('a token is known until the next test', ({ mock }) => {
  expect(mock.tokens()).toEqual([])
  expect(mock.clientId).toBe('mock-env')
  globalThis.url = mock.url
  mock.issueToken()
})
test('and no longer, in the same mock', ({ mock }) => {
  expect(mock.tokens()).toEqual([])
  expect(mock.url).toBe(globalThis.url)
})`
  const other = `import { createMockTest } from '@tokenward/auth-mock/vitest'
import { expect } from 'vitest'
const test = createMockTest({ clientId: 'shop' })
test('options are taken', ({ mock }) => expect(mock.clientId).toBe('shop'))`
  const args = ['run', '--root', '.', '--reporter', 'tap-flat']
  const config = "export { default } from '@tokenward/scripts/test-bed/source-conditions'"
  const files = { 'recipe.test.ts': source, 'other.test.ts': other, 'vitest.config.ts': config }
  const printed = await run(files, binOf('vitest', 'vitest.mjs'), ...args)
  expect(printed.match(/^(not )?ok/gm)).toEqual(['ok', 'ok', 'ok', 'ok'])
})

test('recipe: node:test runs it', async () => {
  const printed = await run({ 'recipe.test.ts': recipe('node:test') }, '--test', '--test-reporter', 'tap')
  expect(printed).toContain('# pass 1\n# fail 0\n')
})

const gateway = 'https://my-env.api.tcloudbasegateway.com'
/** The code under test: it knows the real host alone. */
const endToEnd = `
async function call(method, path, token) {
  const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' }
  const body = method === 'POST' ? JSON.stringify({ token }) : undefined
  return (await fetch('${gateway}/auth/v1/' + path, { method, headers, body })).json()
}
async function endToEnd(token) {
  const { sub } = await call('GET', 'token/introspect?client_id=shop', token)
  await call('POST', 'revoke', token)
  return [sub, await call('GET', 'token/introspect', token)]
}`

test('recipe: MSW hands requests for the real host to the mock', async () => {
  const source = `${recipe('@tokenward/auth-mock/msw')}${endToEnd}
console.log(JSON.stringify(await endToEnd(mock.issueToken({ sub: '42' }))), mock.requests().length)
const heal = mock.fail({ transport: 'reset' })
console.log(await endToEnd('x').catch(({ name }) => name))
heal()
mock.fail({ redirectTo: mock.url + '/__mock/health' })
const { default: https } = await import('node:https')
console.log(await new Promise((done) => https.get('${gateway}/auth/v1/certs', (answer) => done(answer.statusCode))))
console.log((await fetch('${gateway}/auth/v1/certs')).status)
for (const make of [
  () => createMockHandlers(mock, { env: 'my-env', regoin: 'x' }),
  () => createMockHandlers({ ...mock, certificate: 'PEM' }, { env: 'my-env' }),
])
  try { make() } catch ({ message }) { console.log(message) }
process.exit()`
  expect((await run({ 'recipe.mts': source }, 'recipe.mts')).split('\n')).toEqual([
    '["42",{}] 3',
    'TypeError',
    '307',
    '200',
    expect.stringMatching(/^regoin is not an option of createMockHandlers/),
    expect.stringMatching(/^https must be left out/),
    '',
  ])
})

test('recipe: Playwright gives a page of the real host a mock of its own', async () => {
  const config = `import { chromiumLaunch } from '@tokenward/scripts/browsers/chromium'
export default { reporter: 'dot', outputDir: 'results', use: { launchOptions: await chromiumLaunch() } }`
  const source = `${recipe('@tokenward/auth-mock/playwright')}
test.describe('with options', () => {
  test.use({ mockOptions: { clientId: 'shop' }, mockedService: { env: 'my-env' } })
  test('the whole way', async ({ page, mock }) => {
    const answers = await page.evaluate(\`(() => {${endToEnd}
    return endToEnd('\${mock.issueToken({ sub: '42' })}')
  })()\`)
    expect(answers).toEqual(['42', {}])
    expect(mock.requests()).toHaveLength(3)
    expect(mock.clientId).toBe('shop')
  })
})
/** What becomes of one call in a page after a fault. */
const attempt = (page, redirect, ms) => page.evaluate(\`fetch('${gateway}/auth/v1/token/introspect', {
  headers: { authorization: 'Bearer x' }, redirect: '\${redirect}', signal: AbortSignal.timeout(\${ms}),
}).then(async (answer) => answer.type + ' ' + (await answer.text()).length, ({ name }) => name)\`)
for (const [fault, redirect, end] of [
  [{ transport: 'reset' }, 'follow', 'TypeError'],
  [{ transport: 'stall' }, 'follow', 'TimeoutError'],
  [{ redirectTo: 'http://127.0.0.1:1/' }, 'manual', 'opaqueredirect 0'],
  [{ headers: { 'content-length': '5' } }, 'follow', 'TypeError'],
  [{ body: 'huge' }, 'follow', 'cors 1048576'],
  [{ body: 'gzip_bomb' }, 'follow', 'cors 1048576'],
])
  test('a page meets ' + JSON.stringify(fault), async ({ page, mock }) => {
    mock.fail(fault)
    expect(await attempt(page, redirect, fault.body ? 20000 : 1000)).toBe(end)
  })
test.describe('with HTTPS', () => {
  test.use({ mockOptions: { https: true } })
  test.fail('the mock is refused', ({ mock }) => void mock)
})
test('a page that is gone before the answer fails no test', async ({ page, mock }) => {
  mock.fail({ delayMs: 500 })
  await page.evaluate(\`void fetch('${gateway}/auth/v1/certs')\`)
})`
  const files = { 'recipe.spec.ts': source, 'playwright.config.mts': config }
  expect(await run(files, binOf('@playwright/test', 'cli.js'), 'test')).toMatch(/^ +10 passed/m)
}, 60_000)
