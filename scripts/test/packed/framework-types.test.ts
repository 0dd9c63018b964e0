// The types of the packed subpaths, beside those of the frameworks that they are for.
import { expect, test } from 'vitest'
import { createProject } from './project.ts'

const consumer = `
import { createTokenVerifier, createAuthClient, type VerifiedToken } from '@tokenward/auth-node'
import { requireToken as cloudGuard } from '@tokenward/auth-node/cloudbase'
import { requireToken as expressGuard } from '@tokenward/auth-node/express'
import { identityPlugin, requireToken as fastifyGuard } from '@tokenward/auth-node/fastify'
import { requireToken as fetchGuard } from '@tokenward/auth-node/fetch'
import { requireToken as honoGuard } from '@tokenward/auth-node/hono'
import { requireToken as koaGuard } from '@tokenward/auth-node/koa'
import { TokenGuard } from '@tokenward/auth-node/nestjs'
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
export const nestGuard: { canActivate: unknown } = new TokenGuard(verifier)
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

// As a program in CommonJS has it: version 12 of NestJS has no such form.
const nestConsumer = `
import type { CanActivate } from '@nestjs/common' with { 'resolution-mode': 'import' }
import { createTokenVerifier, createAuthClient, type VerifiedToken } from '@tokenward/auth-node'
import { Identity, Scopes, TokenGuard } from '@tokenward/auth-node/nestjs'
const verifier = createTokenVerifier(createAuthClient({ env: 'my-env' }))
export const guard: CanActivate = new TokenGuard(verifier)
export class Orders {
  @Scopes('orders')
  list(@Identity() { sub }: VerifiedToken): string {
    return sub
  }
}
// @ts-expect-error a guard needs a verifier
export const bad = new TokenGuard()
`

const project = createProject({
  manifest: { type: 'module' },
  links: {
    'packages/auth-node': [
      '@nestjs/common',
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
  },
})

test.each<[version: '5.9' | '7', module: string, resolution: string]>([
  ['5.9', 'nodenext', 'nodenext'],
  ['5.9', 'commonjs', 'node10'],
  ['7', 'nodenext', 'nodenext'],
])(
  'TypeScript %s: subpaths compile beside every framework with module %s, resolution %s',
  async (version, module, resolution) => {
    project.write({ 'consumer.ts': consumer })
    const flags = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
      '--esModuleInterop',
    ]
    const target = [
      '--target',
      'es2022',
      '--lib',
      'es2022,esnext.disposable,dom,dom.iterable',
      '--types',
      'node',
    ]
    const how = ['--module', module, '--moduleResolution', resolution]
    expect(await project.compile(version, ...flags, ...target, ...how, 'consumer.ts')).toBe('')
  },
  120_000,
)

test.each<'5.9' | '7'>(['5.9', '7'])(
  'TypeScript %s: a CommonJS file with module node16 compiles beside NestJS, also where libraries are checked',
  async (version) => {
    project.write({ 'nest.cts': nestConsumer })
    const checked = ['--skipLibCheck', 'false', '--skipDefaultLibCheck']
    const flags = ['--noEmit', '--strict', '--experimentalDecorators', ...checked]
    const target = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable,dom', '--types', 'node']
    expect(await project.compile(version, ...flags, ...target, '--module', 'node16', 'nest.cts')).toBe('')
  },
  120_000,
)
