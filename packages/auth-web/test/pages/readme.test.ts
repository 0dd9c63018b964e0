// The snippets of READMEs, skill and guide that are marked `<!-- page -->`, as they stand, on real pages whose service is in trouble.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { type Browser, installedEngines, type Page, startBrowser } from '@tokenward/scripts/browsers/browsers'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { listen } from '@tokenward/test-kit/ports'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const packageFolder = fileURLToPath(new URL('../..', import.meta.url))
const service = 'https://my-env.api.tcloudbasegateway.com'

interface Snippet {
  readonly name: string
  readonly source: string
}

function snippetsOf(label: string, readme: string): Snippet[] {
  const text = readFileSync(new URL(readme, import.meta.url), 'utf8')
  const blocks = text.matchAll(/<!-- page -->\s+```ts\n([\s\S]*?)```/g)
  return [...blocks].map(([, source = ''], index) => ({ name: `${label} ${index + 1}`, source }))
}

const snippets = [
  ...snippetsOf('the README of the repository', '../../../../README.md'),
  ...snippetsOf('the README of auth-web', '../../README.md'),
  ...snippetsOf('the skill', '../../skills/cloudbase-sign-out/SKILL.md'),
  ...snippetsOf('the guide', '../../../docs/pages/guide/browser.md'),
]

/** An app whose every page runs the snippet, but for /blank. */
async function serve(
  { source }: Snippet,
  mock: AuthMock,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: packageFolder, loader: 'ts' },
    alias: { '@tokenward/auth-web': `${packageFolder}src/index.ts` },
    conditions: ['@tokenward/source'],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  })
  const script = outputFiles[0]?.text ?? ''
  // The snippet names an environment; its requests go to the mock, or nowhere.
  const redirect = `const send = fetch
    globalThis.fetch = (url, init) => sessionStorage.getItem('offline')
      ? Promise.reject(new TypeError('Failed to fetch'))
      : send(String(url).replace('${service}', '${mock.url}'), init)`
  const server = createServer(({ url }, response) => {
    const isScript = url === '/snippet.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    const page = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,"><script>${redirect}</script>
      <button id="sign-out">Sign out</button>`
    if (isScript) response.end(script)
    else if (url === '/blank') response.end(page)
    else response.end(`${page}<script type="module" src="/snippet.js" onload="isReady = true"></script>`)
  })
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const credentials = (token: string): string =>
  JSON.stringify({
    token_type: 'Bearer',
    access_token: token,
    refresh_token: 'refresh',
    expires_in: 7_200,
    scope: 'user',
    expires_at: new Date(Date.now() + 7_200_000),
  })

/** Brings the service into trouble; what is returned ends it. */
type Trouble = (mock: AuthMock, page: Page) => Promise<() => Promise<unknown>>
const troubles: Record<string, Trouble> = {
  'answers 503': async (mock) => {
    const heal = mock.fail({ status: 503 })
    return async () => heal()
  },
  'is slow': async (mock) => {
    const heal = mock.fail({ delayMs: 1_500 })
    return async () => heal()
  },
  'cannot be reached': async (_mock, page) => {
    await page.run(`sessionStorage.setItem('offline', 'yes')`)
    return () => page.run(`sessionStorage.removeItem('offline')`)
  },
}

test('READMEs, skill and guide have snippets for pages', () => expect(snippets).toHaveLength(5))

describe.each(installedEngines)('%s', (engine) => {
  let browser: Browser
  let mock: AuthMock
  beforeAll(async () => {
    mock = await startAuthMock({ clientId: 'my-env' })
    browser = await startBrowser(engine)
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await mock?.close()
  })

  describe.each(snippets)('$name', (snippet) => {
    test.each(Object.entries(troubles))(
      'the service %s while the user signs out: the page leaves, and the token dies',
      async (_name, bring) => {
        const app = await serve(snippet, mock)
        const token = mock.issueToken()
        const page = await browser.open(`${app.url}/blank`)
        await page.run(`localStorage.setItem('credentials_my-env', ${JSON.stringify(credentials(token))})`)
        await page.goto(`${app.url}/account`)
        await eventually(async () => expect(await page.run('return window.isReady')).toBe(true))
        const heal = await bring(mock, page)
        await page.run(`setTimeout(() => document.querySelector('#sign-out').click())`)
        await eventually(async () =>
          expect(await page.run('return [location.pathname, window.isReady]')).toEqual(['/', true]),
        )
        expect(await page.run(`return localStorage.getItem('credentials_my-env')`)).toBeNull()
        await heal()
        await eventually(() =>
          expect(mock.tokens().find((issued) => issued.token === token)?.state).toBe('revoked'),
        )
        await page.close()
        app.close()
      },
      40_000,
    )
  })
})
