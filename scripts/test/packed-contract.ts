// The contract in the tarball of auth-core: the document as it is in the repository, and the README's examples of its use.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { startAuthMock } from '@tokenward/auth-mock'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from '../test-bed/run-command.ts'

const run = promisify(execFile)
const node = join(root, 'node_modules/.bin/node')
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const tools = ['@stoplight/prism-core', '@stoplight/prism-http', '@stoplight/prism-http-server', 'msw']

/** The examples of one section, in their order. */
function examplesOf(readme: string, heading: string): string[] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`)
  const [own = ''] = section.split('\n## ')
  return Array.from(own.matchAll(/```ts\n([^]*?)```/g), ([, source = '']) => source)
}

/** What a handler that breaks the contract must come to. */
const wrongHandlers = `
// @ts-expect-error no such path
'/auth/v1/token/introspekt' satisfies keyof paths
// @ts-expect-error a user id is a string
const wrong: components['schemas']['TokenInfo'] = { sub: 42 }
export { wrong }
`

/** What the contract must be for somebody who has installed the tarball. */
export function contractSuite(getFolder: () => string): void {
  describe('the contract', () => {
    let folder: string
    let examples: string[]

    beforeAll(() => {
      folder = join(getFolder(), 'contract')
      for (const name of tools) {
        const link = join(folder, 'node_modules', name)
        mkdirSync(dirname(link), { recursive: true })
        symlinkSync(realpathSync(join(root, 'packages/auth-core/node_modules', name)), link)
      }
      symlinkSync(realpathSync(join(root, 'node_modules/@types')), join(folder, 'node_modules/@types'))
      writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
      const readme = join(getFolder(), 'node_modules/@tokenward/auth-core/README.md')
      examples = examplesOf(readFileSync(readme, 'utf8'), 'The contract')
      for (const [index, source] of examples.entries())
        writeFileSync(join(folder, `example-${index}.ts`), source)
    })

    test.each(['auth.openapi.yaml', 'revoke-then-verify.arazzo.yaml'])(
      '%s is the one of the repository, found by its name',
      async (file) => {
        const code = `console.log(import.meta.resolve('@tokenward/auth-core/${file}'))`
        const { stdout } = await run(node, ['--input-type=module', '--eval', code], { cwd: getFolder() })
        expect(readFileSync(new URL(stdout.trim()), 'utf8')).toBe(
          readFileSync(join(root, 'spec', file), 'utf8'),
        )
      },
    )

    test('the workflow names the document beside it', () => {
      const text = readFileSync(
        join(getFolder(), 'node_modules/@tokenward/auth-core/revoke-then-verify.arazzo.yaml'),
        'utf8',
      )
      expect(text).toMatch(/^ {4}url: auth\.openapi\.yaml$/m)
    })

    test(
      'README: every example compiles, and none that breaks the contract',
      { timeout: 60_000 },
      async () => {
        writeFileSync(join(folder, 'wrong.ts'), `${examples[1]}${wrongHandlers}`)
        const files = [...examples.keys()].map((index) => `example-${index}.ts`)
        const flags = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext']
        const args = [tsc, ...flags, '--types', 'node', ...files, 'wrong.ts']
        const { stdout } = await run(node, args, { cwd: folder }).catch((error: { stdout: string }) => error)
        expect(stdout).toBe('')
      },
    )

    test('README: a client of one’s own reads what the service answers', async () => {
      await using mock = await startAuthMock()
      const token = mock.issueToken({ sub: '42' })
      const env = { ...process.env, TOKENWARD_BASE_URL: mock.url, TOKENWARD_TOKEN: token }
      const { stdout } = await run(node, ['example-0.ts'], { cwd: folder, env })
      expect(stdout).toBe('200 42\n')
    })

    test('README: MSW answers by the contract', async () => {
      const { stdout } = await run(node, ['example-1.ts'], { cwd: folder })
      expect(stdout).toBe("{ sub: '42', scope: 'user', active: true }\n")
    })

    test('README: Prism serves the document of node_modules on a port', async () => {
      const { stdout } = await run(node, ['example-2.ts'], { cwd: folder })
      expect(stdout).toMatch(/sub: '1849755119840497664',[^]*active: true/)
    })
  })
}
