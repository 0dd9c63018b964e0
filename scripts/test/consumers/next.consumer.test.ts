// Apps of Next, built as they are by default: page, route and proxy are bundles of their own, with a copy of each package in all of them.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { freePort } from '@tokenward/test-kit/ports'
import { describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../../test-bed/run-command.ts'
import type { Project } from '../packed/project.ts'
import { createConsumer, nodes } from './project.ts'

const guide = ['frameworks', 'server-sign-out']
  .map((page) => readFileSync(join(root, `packages/docs/pages/guide/${page}.md`), 'utf8'))
  .join('\n')
const recipes = Array.from(guide.matchAll(/```ts\n([^]*?)```/g), ([, source = '']) => source)
const recipe = (part: string): string => recipes.find((source) => source.includes(part)) ?? ''

const proxy = recipe('export async function proxy(')

/** By the version of Next: the file of the guide's proxy, and its text. */
const proxies: Readonly<Record<string, readonly [file: string, source: string]>> = {
  15: [
    'middleware.ts',
    proxy
      .replace('function proxy(', 'function middleware(')
      .replace('{ matcher', "{ runtime: 'nodejs', matcher"),
  ],
  16: ['proxy.ts', proxy],
}

const app = {
  // The tools of the test are links that lead out of the project, which Turbopack follows no further than this.
  'next.config.mjs': "export default { turbopack: { root: '/' } }",
  'app/layout.tsx': `
export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}`,
  'app/auth.ts': `
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
export const verifier = createTokenVerifier(createAuthClient())
`,
  'app/page.tsx': `
import { cookies } from 'next/headers'
import { verifier } from './auth'
import { SignedIn } from './signed-in'
export default async function Page() {
  const answer = await verifier.verifyToken((await cookies()).get('session')?.value ?? '')
  return <main><p>{answer.active ? 'Hello ' + answer.sub : 'Signed out'}</p><SignedIn /></main>
}`,
  'app/signed-in.tsx': `
'use client'
import { cloudbaseSession, createAuthClient } from '@tokenward/auth-web'
import { useSession } from '@tokenward/auth-web/react'
const auth = createAuthClient({ env: 'my-env', session: cloudbaseSession({ env: 'my-env' }) })
export function SignedIn() {
  return <i>{useSession(auth).isSignedIn ? 'in' : 'out'}</i>
}`,
  'app/api/orders/route.ts': `
export const GET = (): Response => new Response('behind the proxy')
`,
  'app/api/me/route.ts': `
import { requireToken } from '@tokenward/auth-node/fetch'
import { verifier } from '../../auth'
export const GET = requireToken(verifier)((_request, identity) => new Response(identity.sub))
`,
  'app/sign-out/sign-out.ts': recipe('export async function signOut('),
  'app/sign-out/route.ts': `
import { verifier } from '../auth'
import { signOut } from './sign-out'
export const POST = (request: Request): Promise<Response> => signOut(verifier, request)
`,
}

// Without the variables that the app reads when it runs.
const {
  NODE_OPTIONS: _options,
  NODE_PATH: _path,
  TOKENWARD_ENV: _env,
  TOKENWARD_BASE_URL: _url,
  ...own
} = process.env

/** Starts the built app on a free port, and ends it with the test. */
async function startApp(
  project: Project,
  node: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const port = await freePort()
  const args = ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', String(port)]
  const child = spawn(node, args, {
    cwd: project.folder,
    env: { ...own, ...env, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false }))
    if (String(chunk).includes('Ready')) break
  child.stdout.resume()
  return `http://127.0.0.1:${port}`
}

const [node20, node24] = nodes

describe.each([
  ['15', ...node20],
  ['16', ...node24],
] as const)('Next %s on Node %s', (next, _version, node) => {
  const project = createConsumer(
    ['next', next === '15' ? 'next' : 'next16'],
    'react',
    'react-dom',
    'typescript',
    '@types/node',
    '@types/react',
  )

  test(
    'next build needs no variable, and takes the tsconfig that Next writes by itself',
    {
      timeout: 300_000,
    },
    async () => {
      for (const path of ['.next', 'tsconfig.json'])
        rmSync(join(project.folder, path), { recursive: true, force: true })
      const [file, source] = proxies[next] ?? ['', '']
      project.write({ ...app, [file]: source })
      const env = { NEXT_TELEMETRY_DISABLED: '1', TOKENWARD_ENV: undefined, TOKENWARD_BASE_URL: undefined }
      const printed = await project.run(node, ['node_modules/next/dist/bin/next', 'build'], env)
      expect(printed).toMatch(/^Route \(app\)/m)
      expect(printed).toMatch(/ƒ \/sign-out/)
      if (next === '15')
        expect(readFileSync(join(project.folder, 'tsconfig.json'), 'utf8')).toMatch(
          /"moduleResolution": "node"/,
        )
    },
  )

  test('page, route and proxy know at once whom a route has signed out', { timeout: 120_000 }, async () => {
    await using mock = await startAuthMock({ clientId: 'my-env' })
    const url = await startApp(project, node, {
      TOKENWARD_BASE_URL: mock.url,
      TOKENWARD_CLIENT_ID: 'my-env',
    })
    const token = mock.issueToken({ sub: '42' })
    const headers = { cookie: `session=${token}`, authorization: `Bearer ${token}` }
    const load = async (): Promise<unknown> => ({
      page: /Hello 42|Signed out/.exec(await (await fetch(url, { headers })).text())?.[0],
      route: (await fetch(`${url}/api/me`, { headers })).status,
      proxy: (await fetch(`${url}/api/orders`, { headers })).status,
    })
    expect((await fetch(`${url}/api/orders`)).status).toBe(401)
    expect(await load()).toEqual({ page: 'Hello 42', route: 200, proxy: 200 })
    // From memory from here on: each part believes its own answer for half a minute.
    const asked = mock.requests().length
    const signedOut = await fetch(`${url}/sign-out`, { method: 'POST', headers })
    expect(await signedOut.json()).toEqual({ outcome: 'revoked' })
    expect(signedOut.headers.get('set-cookie')).toMatch(/^session=;/)
    expect(await load()).toEqual({ page: 'Signed out', route: 401, proxy: 401 })
    expect(mock.requests()).toHaveLength(asked + 1)
  })
})
