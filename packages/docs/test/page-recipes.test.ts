// The components and pages of the guide, as they stand, in a real browser: each shows who is signed in, and its button ends the session for
// good.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { type Browser, installedEngines, startBrowser } from '@tokenward/scripts/browsers/browsers'
import { readPage } from '@tokenward/scripts/test-bed/html-blocks'
import { readBlocks } from '@tokenward/scripts/test-bed/markdown-blocks'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { compileVue } from '@tokenward/scripts/test-bed/vue-blocks'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { listen } from '@tokenward/test-kit/ports'
import { build, type BuildOptions } from 'esbuild'
import { compile } from 'svelte/compiler'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { docsFolder, pagesFolder } from '../build/folders.ts'

const service = 'https://my-env.api.tcloudbasegateway.com'
const blocks = readBlocks(readFileSync(join(pagesFolder, 'guide/browser.md'), 'utf8')).map(
  ({ source }) => source,
)
const skill = readBlocks(
  readFileSync(join(root, 'packages/auth-web/skills/cloudbase-sign-out/SKILL.md'), 'utf8'),
)
const block = (words: string): string => blocks.find((source) => source.includes(words)) ?? ''

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    conditions: ['@tokenward/source'],
    format: 'esm',
    platform: 'browser',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    logLevel: 'error',
    ...options,
  })
  return outputFiles?.[0]?.text ?? ''
}

/** Bundles the guide's files with what an application starts them by. */
function bundleApp(files: Readonly<Record<string, string>>): Promise<string> {
  // Within the package, where the names that they import lead to what it depends on.
  const folder = mkdtempSync(join(docsFolder, '.page-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), source)
  }
  return bundle({ entryPoints: [join(folder, 'main.ts')] })
}

const target = "document.querySelector('#app')"
const reactApp = (account: string): Readonly<Record<string, string>> => ({
  'Account.tsx': account,
  'main.ts': `import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { Account } from './Account.tsx'
createRoot(${target}).render(createElement(Account))`,
})
/** By framework: the files of its application. */
const apps: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  React: () => reactApp(block("from '@tokenward/auth-web/react'")),
  'React, of the skill': () => reactApp(skill.find(({ language }) => language === 'tsx')?.source ?? ''),
  Vue: () => ({
    'Account.vue.ts': compileVue(block('useSignOut(auth)\n\n// Asks')),
    'main.ts': `import { createApp } from 'vue'
import Account from './Account.vue.ts'
createApp(Account).mount(${target})`,
  }),
  Nuxt: () => ({
    'composables/auth.ts': block('// composables/auth.ts'),
    'components/Account.vue.ts': compileVue(block('<!-- components/Account.vue -->')),
    'main.ts': `import { createApp } from 'vue'
import Account from './components/Account.vue.ts'
createApp(Account).mount(${target})`,
  }),
  Svelte: () => ({
    'auth.ts': block('// auth.ts'),
    'Account.svelte.js': compile(block('<!-- Account.svelte -->'), { generate: 'client' }).js.code,
    'main.ts': `import { mount } from 'svelte'
import Account from './Account.svelte.js'
mount(Account, { target: ${target} })`,
  }),
  Angular: () => ({
    'account.ts': block("from '@angular/core'"),
    'main.ts': `import '@angular/compiler'
import { bootstrapApplication } from '@angular/platform-browser'
import { Account } from './account.ts'
${target}.append(document.createElement('app-account'))
await bootstrapApplication(Account)`,
  }),
}

/** What a page of the guide loads, as the package's build makes it. */
const distributed: Readonly<Record<string, () => Promise<string>>> = {
  'auth-web.min.js': () => bundle({ entryPoints: [join(root, 'packages/auth-web/src/index.ts')] }),
  'auth-web.global.js': () =>
    bundle({
      entryPoints: [join(root, 'packages/auth-web/src/index.ts')],
      format: 'iife',
      globalName: 'tokenward',
    }),
}

let browser: Browser
let mock: AuthMock
beforeAll(async () => {
  mock = await startAuthMock({ clientId: 'my-env' })
  const [engine = 'chromium'] = installedEngines
  browser = await startBrowser(engine)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await mock?.close()
})

/** Serves a page and its scripts until the test ends. Requests for the service go to the mock. */
async function serve(html: string, scripts: Readonly<Record<string, string>>): Promise<string> {
  const redirect = `<script>const send = fetch
    globalThis.fetch = (url, init) => send(String(url).replace('${service}', '${mock.url}'), init)</script>`
  const server = createServer(({ url = '' }, response) => {
    const script = scripts[url.slice(1)]
    response.setHeader('content-type', script === undefined ? 'text/html; charset=utf-8' : 'text/javascript')
    response.end(
      script ??
        (url === '/blank'
          ? '<!doctype html><title>blank</title>'
          : html.replace(/^(<!doctype html>)?/, `$1${redirect}`)),
    )
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${await listen(server)}`
}

/** Opens a page whose user is signed in, looks for the user, and signs out. Resolves to the token's state at the service, and what the page keeps. */
async function trySignOut(url: string, { showsUser }: { readonly showsUser: boolean }): Promise<unknown> {
  const token = mock.issueToken({ sub: 'user-7' })
  const page = await browser.open(`${url}/blank`)
  await page.run(`localStorage.setItem('access_token', ${JSON.stringify(token)})`)
  await page.goto(`${url}/`)
  const read = (): Promise<unknown> => page.run('return document.body.innerText')
  const isReady = `return document.querySelectorAll('button').length`
  await eventually(async () => expect(await page.run(isReady)).toBe(1))
  if (showsUser) await eventually(async () => expect(await read()).toContain('user-7'))
  await page.run(`document.querySelector('button').click()`)
  if (showsUser) await eventually(async () => expect(await read()).toMatch(/signed out/i))
  const stateOf = (): string | undefined => mock.tokens().find((issued) => issued.token === token)?.state
  await eventually(() => expect(stateOf()).toBe('revoked'))
  const kept = await page.run(`return localStorage.getItem('access_token')`)
  await page.close()
  return { state: stateOf(), kept }
}

const signedOut = { state: 'revoked', kept: null }

describe('components', () => {
  test.each(Object.entries(apps))(
    '%s: shows the user, and signs out',
    async (_name, filesOf) => {
      const html =
        '<!doctype html><meta charset="utf-8"><title>page</title><div id="app"></div><script type="module" src="/main.js"></script>'
      const url = await serve(html, { 'main.js': await bundleApp(filesOf()) })
      expect(await trySignOut(url, { showsUser: true })).toEqual(signedOut)
    },
    60_000,
  )
})

describe('pages without a bundler', () => {
  test.each([
    ['importmap', true],
    ['auth-web.global.js', false],
  ])(
    '%s: signs out',
    async (words, showsUser) => {
      const html = block(words)
      const names = readPage(html).files.map((file) => file.replace('./', ''))
      const scripts = await Promise.all(
        names.map(async (name) => [name, (await distributed[name]?.()) ?? ''] as const),
      )
      const url = await serve(html, Object.fromEntries(scripts))
      expect(await trySignOut(url, { showsUser })).toEqual(signedOut)
    },
    60_000,
  )
})
