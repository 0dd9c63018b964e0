// Serves a page that shows the sign-out of auth-web: two tabs, a network that the visitor can break, and the mock as the service.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { extname } from 'node:path'
import type { AuthMock } from '@tokenward/auth-mock'
import { bundleSdk } from '../../packages/auth-web/demo/bundle-sdk.ts'
import { runCommand } from '../test-bed/run-command.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}
const folder = new URL('../../packages/auth-web/', import.meta.url)
const accounts: Readonly<Record<string, string>> = { 1001: 'Personal', 2002: 'Work' }

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

/** Lists the tokens and requests for the page to show; it names each token by a number and never holds the token itself. */
function report(mock: AuthMock, clients: ReadonlyMap<string, string>): object {
  const tokens = mock.tokens().map(({ token, sub, state }, index) => ({
    name: `#${index + 1}`,
    account: accounts[sub],
    client: clients.get(token),
    state,
  }))
  const requests = mock.requests().map(({ at, method, path, headers, status }) => ({
    at,
    method,
    path,
    authorization: headers['authorization'],
    status,
  }))
  return { tokens: tokens.slice(-5).toReversed(), requests: requests.slice(-30).toReversed() }
}

/** Opens the page with the command in `BROWSER`, or in the system's browser when the demo runs in a terminal. A failure is ignored. */
function openPage(url: string): void {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open'
  const command = process.env['BROWSER'] ?? (process.stdout.isTTY ? opener : '')
  if (command)
    spawn(command, [url], { stdio: 'ignore', detached: true })
      .on('error', () => undefined)
      .unref()
}

async function main(): Promise<void> {
  const filters = ['--filter=@tokenward/auth-web', '--filter=@tokenward/auth-mock']
  if (!(await runCommand('turbo', ['run', 'build', ...filters], { quiet: true }))) process.exit(1)
  const { startAuthMock } = await import('@tokenward/auth-mock')
  const mock = await startAuthMock({ clientId: 'demo' })
  const vendorSdk = bundleSdk()
  const policy = `default-src 'self'; connect-src 'self' ${mock.url}; require-trusted-types-for 'script'; trusted-types 'none'`
  let heal = (): void => undefined
  /** The client that each token was issued to. */
  const clients = new Map<string, string>()

  async function answer(request: IncomingMessage): Promise<readonly [type: string, body: string | Buffer]> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://demo')
    const path = pathname.slice(1) || 'index.html'
    if (request.method === 'POST') {
      const text = await readText(request)
      if (path === 'sign-in' && accounts[text]) {
        const token = mock.issueToken({ sub: text })
        clients.set(token, searchParams.get('client') ?? '')
        return ['text/plain', token]
      }
      if (path === 'reset') mock.reset()
      heal()
      if (text === 'slow') heal = mock.fail({ delayMs: 3_000 })
      if (text === 'unavailable') heal = mock.fail({ status: 503 })
      return ['text/plain', '']
    }
    if (path === 'settings.json')
      return ['application/json', JSON.stringify({ baseUrl: mock.url, clientId: 'demo' })]
    if (path === 'report.json') return ['application/json', JSON.stringify(report(mock, clients))]
    if (path === 'js-sdk.js') return ['text/javascript', await vendorSdk]
    const file = path === 'auth-web.min.js' ? `dist/${path}` : `demo/${path.replaceAll('/', '')}`
    return [contentTypes[extname(path)] ?? 'text/plain', await readFile(new URL(file, folder))]
  }

  const server = createServer((request, response) => {
    const send = async (): Promise<void> => {
      const [type, body] = await answer(request)
      response.writeHead(200, {
        'content-type': type,
        'content-security-policy': policy,
        'cache-control': 'no-store',
      })
      response.end(body)
    }
    send().catch(() => response.writeHead(404).end())
  })
  server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
    const address = server.address()
    if (typeof address !== 'object' || !address) return
    const url = `http://127.0.0.1:${address.port}/`
    console.log(`\nThe demo is at ${url}  (Ctrl+C ends it)\n`)
    openPage(url)
  })
}

await main()
