// The packed types, in the hands of a consumer: each compiler, each way to resolve a module.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const run = promisify(execFile)

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

/** What the packed types must do in a project of somebody else's. */
export function typeScriptSuite(
  getFolder: () => string,
  root: string,
  compilers: readonly (readonly [version: string, tsc: string])[],
): void {
  describe('TypeScript', () => {
    const resolutions: [module: string, resolution: string, file: string, ...compilers: string[]][] = [
      ['nodenext', 'nodenext', 'consumer.mts', '5.9', '7'],
      ['nodenext', 'nodenext', 'consumer.cts', '5.9', '7'],
      ['node16', 'node16', 'consumer.cts', '5.9', '7'],
      ['esnext', 'bundler', 'consumer.ts', '5.9', '7'],
      // TypeScript 7 has it no more; Next, Nest and many others still write it into new projects.
      ['commonjs', 'node10', 'consumer.ts', '5.9'],
    ]
    const cases = compilers.flatMap(([version, tsc]) =>
      resolutions
        .filter(([, , , ...versions]) => versions.includes(version))
        .map(([module, resolution, file]) => [version, tsc, module, resolution, file] as const),
    )
    test.each(cases)(
      '%s (%s): a consumer compiles with module %s, resolution %s, as %s',
      async (_version, tsc, module, resolution, file) => {
        writeFileSync(join(getFolder(), file), consumer)
        const flags = [
          '--noEmit',
          '--strict',
          '--exactOptionalPropertyTypes',
          '--skipLibCheck',
          'false',
          '--target',
          'es2022',
        ]
        const args = [
          tsc,
          ...flags,
          '--lib',
          'es2022,esnext.disposable,dom',
          '--module',
          module,
          '--moduleResolution',
          resolution,
          file,
        ]
        await expect(
          run(join(root, 'node_modules/.bin/node'), args, { cwd: getFolder() }),
        ).resolves.toMatchObject({
          stdout: '',
        })
      },
      60_000,
    )
  })
}
