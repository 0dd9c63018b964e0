// Every subpath of the packages: what it needs at run time, and its types beside those of the frameworks.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const run = promisify(execFile)

/** What an import without any framework installed must come to: the peer that is missing, or `undefined` for success. */
const subpaths: Readonly<Record<string, string | undefined>> = {
  'auth-node/express': undefined,
  'auth-node/fastify': undefined,
  'auth-node/koa': undefined,
  'auth-node/hono': undefined,
  'auth-node/fetch': undefined,
  'auth-node/redis': undefined,
  'auth-web/sign-out': undefined,
  'auth-web/react': 'react',
  'auth-web/vue': 'vue',
}

const importAll = `
for (const path of ${JSON.stringify(Object.keys(subpaths))}) {
  const answer = await import('@tokenward/' + path).then(() => 'imported', ({ code, message }) => code + ' ' + message)
  console.log(path, answer.replace(/ imported from [^]*/, ''))
}`

const consumer = `
import { createTokenVerifier, createAuthClient, type VerifiedToken } from '@tokenward/auth-node'
import { requireToken as expressGuard } from '@tokenward/auth-node/express'
import { identityPlugin, requireToken as fastifyGuard } from '@tokenward/auth-node/fastify'
import { requireToken as fetchGuard } from '@tokenward/auth-node/fetch'
import { requireToken as honoGuard } from '@tokenward/auth-node/hono'
import { requireToken as koaGuard } from '@tokenward/auth-node/koa'
import { createRedisStore } from '@tokenward/auth-node/redis'
import { cloudbaseSession, createAuthClient as createWebClient } from '@tokenward/auth-web'
import { useSession as useReactSession } from '@tokenward/auth-web/react'
import { signOut } from '@tokenward/auth-web/sign-out'
import { useSession as useVueSession } from '@tokenward/auth-web/vue'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { Redis } from 'ioredis'
import Koa from 'koa'
import { createClient } from 'redis'

const store = createRedisStore(createClient())
export const verifier = createTokenVerifier(createAuthClient({ env: 'my-env' }), { store })
export const other = createRedisStore(new Redis({ lazyConnect: true }))
express().get('/', expressGuard(verifier), ({ identity }, response) => response.json(identity satisfies VerifiedToken | undefined))
const app = fastify()
app.register(identityPlugin)
app.get('/', { onRequest: fastifyGuard(verifier) }, async ({ identity }) => identity satisfies VerifiedToken | undefined)
new Koa().use(koaGuard(verifier))
new Hono().get('/', honoGuard(verifier), (context) => context.json(context.get('identity').sub satisfies string))
export const handler = fetchGuard(verifier)((_request, { sub }) => new Response(sub satisfies string))
const session = cloudbaseSession({ env: 'my-env' })
const web = createWebClient({ env: 'my-env', session })
export const isSignedIn: readonly boolean[] = [useReactSession(web), useVueSession(web).isSignedIn.value]
export const result = signOut({ env: 'my-env', session })
// @ts-expect-error a guard needs a verifier
export const guards: unknown[] = [expressGuard()]
// @ts-expect-error the same
guards.push(fastifyGuard())
// @ts-expect-error the same
guards.push(koaGuard())
// @ts-expect-error the same
guards.push(honoGuard())
// @ts-expect-error the same
guards.push(fetchGuard())
// @ts-expect-error a store needs a client of Redis
guards.push(createRedisStore())
// @ts-expect-error a page needs to know its session
guards.push(signOut())
// @ts-expect-error a hook needs a client
guards.push(useReactSession())
// @ts-expect-error the same
guards.push(useVueSession())
`

const peers: Readonly<Record<string, readonly string[]>> = {
  'packages/auth-node': [
    'express',
    'fastify',
    'hono',
    'ioredis',
    'koa',
    'redis',
    '@types/express',
    '@types/koa',
  ],
  'packages/auth-web': ['react', 'vue', '@types/react'],
  '.': ['@types/node'],
}

/** Puts what is installed into a folder of its own, beside the frameworks that the workspace has. */
function addPeers(installed: string, root: string): string {
  const folder = join(installed, 'with-peers')
  mkdirSync(folder)
  cpSync(join(installed, 'node_modules'), join(folder, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  for (const [owner, names] of Object.entries(peers)) {
    for (const name of names) {
      const link = join(folder, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(realpathSync(join(root, owner, 'node_modules', name)), link)
    }
  }
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  writeFileSync(join(folder, 'consumer.ts'), consumer)
  return folder
}

/** What the packed subpaths must do, without their peers and with them. */
export function subpathSuite(
  getFolder: () => string,
  root: string,
  nodes: readonly (readonly [version: string, binary: string])[],
  compilers: readonly (readonly [version: string, tsc: string])[],
): void {
  describe('subpaths', () => {
    test.each(nodes)('Node %s: only the hooks need their framework at run time', async (_version, binary) => {
      const args = ['--input-type=module', '--eval', importAll]
      const { stdout } = await run(binary, args, { cwd: getFolder() })
      const expected = Object.entries(subpaths).map(([path, peer]) =>
        peer ? `${path} ERR_MODULE_NOT_FOUND Cannot find package '${peer}'` : `${path} imported`,
      )
      expect(stdout.trim().split('\n')).toEqual(expected)
    })

    test('they compile beside the types of every framework', { timeout: 60_000 }, async () => {
      const cwd = addPeers(getFolder(), root)
      const flags = [
        '--noEmit',
        '--strict',
        '--exactOptionalPropertyTypes',
        '--skipLibCheck',
        '--target',
        'es2022',
      ]
      const platform = [
        '--lib',
        'es2022,esnext.disposable,dom,dom.iterable',
        '--types',
        'node',
        '--module',
        'nodenext',
      ]
      const outputs = compilers.map(async ([, tsc]) => {
        const args = [tsc, ...flags, ...platform, 'consumer.ts']
        return run(join(root, 'node_modules/.bin/node'), args, { cwd }).catch(
          (error: { stdout: string }) => error,
        )
      })
      for (const { stdout } of await Promise.all(outputs)) expect(stdout).toBe('')
    })
  })
}
