// An app of Next 15, built as it is by default: page and route are two bundles, with a copy of each package in both.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { freePort } from '@tokenward/test-kit/ports'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createProject, nodes } from './project.ts'

const project = createProject('next', 'react', 'react-dom', 'typescript', '@types/node', '@types/react')

const app = {
  'app/layout.tsx': `
export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}`,
  'app/auth.ts': `
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
export const auth = createAuthClient()
export const verifier = createTokenVerifier(auth)
`,
  'app/page.tsx': `
import { cookies } from 'next/headers'
import { verifier } from './auth'
import { SignedIn } from './signed-in'
export default async function Page() {
  const answer = await verifier.verifyToken((await cookies()).get('token')?.value ?? '')
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
  'app/sign-out/route.ts': `
import { cookies } from 'next/headers'
import { auth } from '../auth'
export async function POST(): Promise<Response> {
  const { outcome } = await auth.revokeToken((await cookies()).get('token')?.value ?? '')
  return new Response(outcome)
}`,
}

/** Starts the built app on a free port, and ends it with the test. */
async function startApp(node: string, env: Readonly<Record<string, string>>): Promise<string> {
  const port = await freePort()
  const args = ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', String(port)]
  const { NODE_OPTIONS: _options, NODE_PATH: _path, ...own } = process.env
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

describe.each(nodes)('Node %s', (_version, node) => {
  test('Next builds an app under the tsconfig that it writes by itself', { timeout: 300_000 }, async () => {
    for (const path of ['.next', 'tsconfig.json'])
      rmSync(join(project.folder, path), { recursive: true, force: true })
    project.write(app)
    const env = { NEXT_TELEMETRY_DISABLED: '1', TOKENWARD_ENV: 'my-env' }
    const printed = await project.run(node, ['node_modules/next/dist/bin/next', 'build'], env)
    expect(printed).toMatch(/^Route \(app\)/m)
    expect(printed).toMatch(/ƒ \/sign-out/)
    expect(readFileSync(join(project.folder, 'tsconfig.json'), 'utf8')).toMatch(/"moduleResolution": "node"/)
  })

  test('a page knows at once whom a route has signed out', { timeout: 120_000 }, async () => {
    await using mock = await startAuthMock({ clientId: 'my-env' })
    const url = await startApp(node, { TOKENWARD_BASE_URL: mock.url, TOKENWARD_CLIENT_ID: 'my-env' })
    const headers = { cookie: `token=${mock.issueToken({ sub: '42' })}` }
    const load = async (): Promise<string> => (await fetch(url, { headers })).text()
    expect(await load()).toContain('Hello 42')
    const signedOut = await fetch(`${url}/sign-out`, { method: 'POST', headers })
    expect(await signedOut.text()).toBe('revoked')
    expect(await load()).toContain('Signed out')
  })
})
