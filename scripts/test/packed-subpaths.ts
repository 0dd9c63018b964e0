// Every subpath of the packages: what it needs at run time, and its types beside those of the frameworks.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Entry, listEntries } from '../build/entries.ts'
import { publishedPackages } from '../test-bed/packed.ts'
import { root } from '../test-bed/run-command.ts'

const run = promisify(execFile)

/** The entries that load nothing without the tool that they are for. */
const needed: Readonly<Record<string, string>> = {
  'auth-mock/msw': 'msw',
  'auth-mock/playwright': '@playwright/test',
  'auth-mock/vitest': 'vitest',
  'auth-node/signature': 'jose',
  'auth-web/react': 'react',
  'auth-web/vue': 'vue',
}

/** The libraries, and every entry of each, as `auth-node/express`. */
const entries: readonly (Entry & { readonly path: string })[] = publishedPackages.flatMap((name) =>
  listEntries(join(root, 'packages', name)).map((entry) => ({
    ...entry,
    path: entry.name === 'index' ? name : `${name}/${entry.name}`,
  })),
)

/** Prints what becomes of loading each path with `load`. */
const loadAll = (paths: readonly string[], load: string): string => `
const load = async (name) => ${load}
const main = async () => {
  for (const path of ${JSON.stringify(paths)}) {
    const answer = await load('@tokenward/' + path).then(() => 'loaded', ({ code, message }) => code + ' ' + message)
    console.log(path, answer.replace(/( imported from |\\n)[^]*/, ''))
  }
}
main()`

const consumer = `
import { createTokenVerifier, createAuthClient, type VerifiedToken } from '@tokenward/auth-node'
import { requireToken as cloudGuard } from '@tokenward/auth-node/cloudbase'
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
export const main = cloudGuard(verifier)((event: { order: number }, _context: object, { sub }) => event.order + (sub satisfies string))
const session = cloudbaseSession({ env: 'my-env' })
const web = createWebClient({ env: 'my-env', session })
export const isSignedIn: readonly boolean[] = [useReactSession(web).isSignedIn, useVueSession(web).isSignedIn.value]
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
// @ts-expect-error the same
guards.push(cloudGuard())
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
function addPeers(installed: string): string {
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

const strict = [
  '--noEmit',
  '--strict',
  '--exactOptionalPropertyTypes',
  '--skipLibCheck',
  '--esModuleInterop',
  '--target',
  'es2022',
  '--lib',
  'es2022,esnext.disposable,dom,dom.iterable',
  '--types',
  'node',
]

/** How a project may be set up, by the compiler. */
const settings: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '5.9': {
    nodenext: ['--module', 'nodenext'],
    node10: ['--module', 'commonjs', '--moduleResolution', 'node10'],
  },
  '7': { nodenext: ['--module', 'nodenext'] },
}

/** What the packed subpaths must do, without their peers and with them. */
export function subpathSuite(
  getFolder: () => string,
  nodes: readonly (readonly [version: string, binary: string])[],
  compilers: readonly (readonly [version: string, tsc: string])[],
): void {
  describe('subpaths', () => {
    test.each(nodes)(
      'Node %s: an entry needs the tool that it is for, and no other',
      async (_version, binary) => {
        const paths = entries.map(({ path }) => path)
        const args = ['--input-type=module', '--eval', loadAll(paths, 'import(name)')]
        const { stdout } = await run(binary, args, { cwd: getFolder() })
        const expected = paths.map((path) =>
          needed[path]
            ? `${path} ERR_MODULE_NOT_FOUND Cannot find package '${needed[path]}'`
            : `${path} loaded`,
        )
        expect(stdout.trim().split('\n')).toEqual(expected)
      },
    )

    test.each(nodes)('Node %s: require() loads them, and no ES module', async (_version, binary) => {
      const paths = entries.filter(({ hasCommonJs }) => hasCommonJs).map(({ path }) => path)
      const code = loadAll(paths, 'require(name)')
      const args = ['--no-experimental-require-module', '--input-type=commonjs', '--eval', code]
      const { stdout } = await run(binary, args, { cwd: getFolder() })
      const expected = paths.map((path) =>
        needed[path] ? `${path} MODULE_NOT_FOUND Cannot find module '${needed[path]}'` : `${path} loaded`,
      )
      expect(stdout.trim().split('\n')).toEqual(expected)
    })

    test('they compile beside the types of every framework', { timeout: 120_000 }, async () => {
      const cwd = addPeers(getFolder())
      const outputs = compilers.flatMap(([version, tsc]) =>
        Object.entries(settings[version] ?? {}).map(async ([name, flags]) => {
          const args = [tsc, ...strict, ...flags, 'consumer.ts']
          const { stdout } = await run(join(root, 'node_modules/.bin/node'), args, { cwd }).catch(
            (error: { stdout: string }) => error,
          )
          return [`${version}: ${name}`, stdout]
        }),
      )
      const printed = await Promise.all(outputs)
      expect(printed).toEqual(printed.map(([name]) => [name, '']))
    })
  })
}
