// The packed types, in the hands of a consumer: each compiler, each way to resolve a module.
import { expect, test } from 'vitest'
import { createProject } from './project.ts'

const consumer = `
import type { components, operations, paths } from '@tokenward/auth-core/openapi'
import { AuthApiError, createAuthClient, isAuthError, type VerifyTokenResult } from '@tokenward/auth-node'
import { createAuthClient as createWebClient } from '@tokenward/auth-web'
import { startAuthMock } from '@tokenward/auth-mock'
const auth = createAuthClient({ env: 'my-env', region: 'ap-shanghai' })
export async function subjectOf(token: string): Promise<string | undefined> {
  const result: VerifyTokenResult = await auth.verifyToken(token)
  return result.active ? result.sub : undefined
}
export const isOutage = (error: unknown): boolean =>
  error instanceof AuthApiError ? error.status >= 500 : isAuthError(error) && error.code === 'network'
// @ts-expect-error a token is a string
export const bad = (): unknown => auth.verifyToken(42)
export type Introspection = paths['/auth/v1/token/introspect']['get']
export const same: operations['verifyToken'] extends Introspection ? true : false = true
export type Schemas = components['schemas']
// @ts-expect-error no such path, so that the types are no any
export type Missing = paths['/missing']
export { createWebClient, startAuthMock }
`

const project = createProject({ manifest: { type: 'module' } })

// TypeScript 7 has no node10 any more; Next, Nest and many others still write it into new projects.
test.each<[version: '5.9' | '7', module: string, resolution: string, ...files: string[]]>([
  ['5.9', 'nodenext', 'nodenext', 'consumer.mts', 'consumer.cts'],
  ['5.9', 'node16', 'node16', 'consumer.cts'],
  ['5.9', 'esnext', 'bundler', 'consumer.ts'],
  ['5.9', 'commonjs', 'node10', 'consumer.ts'],
  ['7', 'nodenext', 'nodenext', 'consumer.mts', 'consumer.cts'],
  ['7', 'node16', 'node16', 'consumer.cts'],
  ['7', 'esnext', 'bundler', 'consumer.ts'],
])(
  'TypeScript %s: a consumer compiles with module %s, resolution %s',
  async (version, module, resolution, ...files) => {
    project.write(Object.fromEntries(files.map((file) => [file, consumer])))
    // Ours are checked; the compiler's own declarations are not, which take longer than all the rest.
    const checked = ['--skipLibCheck', 'false', '--skipDefaultLibCheck']
    const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', ...checked]
    const target = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable,dom']
    const how = ['--module', module, '--moduleResolution', resolution]
    expect(await project.compile(version, ...flags, ...target, ...how, ...files)).toBe('')
  },
  60_000,
)
