// The packed types, in the hands of a consumer: each compiler, each way to resolve a module.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const run = promisify(execFile)

const consumer = `
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
export { createWebClient, startAuthMock }
`

/** What the packed types must do in a project of somebody else's. */
export function typeScriptSuite(
  getFolder: () => string,
  root: string,
  compilers: readonly (readonly [version: string, tsc: string])[],
): void {
  describe('TypeScript', () => {
    const resolutions: [string, string, string][] = [
      ['nodenext', 'nodenext', 'consumer.mts'],
      ['nodenext', 'nodenext', 'consumer.cts'],
      ['esnext', 'bundler', 'consumer.ts'],
    ]
    const cases = compilers.flatMap((compiler) =>
      resolutions.map((resolution) => [...compiler, ...resolution] as const),
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
