import { createServer, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'

/** A mock, and a server beside it that lets a page steer the mock and serves pages with headers of their own. */
export interface Relay {
  readonly url: string
  readonly mock: AuthMock
  /** A mock that allows none of the tests' pages. */
  readonly foreignUrl: string
  readonly close: () => Promise<void>
}

/** Bundles the source as the files for pages without a bundler are built. */
async function bundle(format: 'esm' | 'iife'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/index.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format,
    globalName: 'tokenward',
    conditions: ['@tokenward/source'],
  })
  return outputFiles[0]?.text ?? ''
}

export async function startRelay(): Promise<Relay> {
  const mock = await startAuthMock({ clientId: 'shop' })
  const [module, classic] = await Promise.all([bundle('esm'), bundle('iife')])
  const foreign = await startAuthMock({ clientId: 'shop', allowedOrigins: ['https://shop.example'] })
  const stops = new Map<string, () => void>()

  function command(name: string, body: Record<string, unknown>): unknown {
    if (name === 'issue') return mock.issueToken(body)
    if (name === 'fail') {
      const stop = mock.fail(body)
      const id = String(stops.size)
      stops.set(id, stop)
      return id
    }
    if (name === 'heal') return stops.get(String(body['id']))?.()
    if (name === 'state') return mock.tokens().find(({ token }) => token === body['token'])?.state
    if (name === 'devices') return mock.requests().map(({ headers }) => headers['x-device-id'])
    // A browser asks for an icon on its own.
    return undefined
  }

  function page(response: ServerResponse, query: URLSearchParams): void {
    response.setHeader('content-type', 'text/html')
    const policy = query.get('policy')
    if (policy) response.setHeader('content-security-policy', policy.replaceAll('MOCK', mock.url))
    response.end(
      `<!doctype html><meta charset="utf-8"><title>page</title><script ${query.get('kind') ?? 'type="module"'} src="/${query.get('script') ?? 'page.js'}"></script>`,
    )
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://relay')
    response.setHeader('access-control-allow-origin', '*')
    if (pathname.startsWith('/page')) {
      const script = (text: string): void => {
        response.setHeader('content-type', 'text/javascript')
        response.end(text)
      }
      // Never answers.
      if (pathname === '/page-hold') return
      if (pathname === '/page.js') script(`import * as web from '/page-web.js'; window.web = web`)
      else if (pathname === '/page-web.js') script(module)
      else if (pathname === '/page-global.js') script(classic)
      else page(response, searchParams)
      return
    }
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(command(pathname.slice(1), JSON.parse(text || '{}')) ?? null))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    mock,
    foreignUrl: foreign.url,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await mock.close()
      await foreign.close()
    },
  }
}
