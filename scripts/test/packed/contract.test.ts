// The contract in the tarball of auth-core: the document as it is in the repository, and the README's examples of its use.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { beforeAll, expect, test } from 'vitest'
import { createProject } from './project.ts'
import { root } from '../../test-bed/run-command.ts'

const node = join(root, 'node_modules/.bin/node')

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

const project = createProject({
  manifest: { type: 'module' },
  links: {
    'packages/auth-core': [
      '@stoplight/prism-core',
      '@stoplight/prism-http',
      '@stoplight/prism-http-server',
      'msw',
      'openapi-fetch',
    ],
    '.': ['@types/node'],
  },
})
const shipped = (file: string): string => join(project.folder, 'node_modules/@tokenward/auth-core', file)

let examples: string[]
beforeAll(() => {
  examples = examplesOf(readFileSync(shipped('README.md'), 'utf8'), 'The contract')
  project.write(Object.fromEntries(examples.map((source, index) => [`example-${index}.ts`, source])))
})

test.each(['auth.openapi.yaml', 'revoke-then-verify.arazzo.yaml'])(
  '%s is the one of the repository, found by its name',
  async (file) => {
    const code = `console.log(import.meta.resolve('@tokenward/auth-core/${file}'))`
    const printed = await project.run(node, ['--input-type=module', '--eval', code])
    expect(readFileSync(new URL(printed.trim()), 'utf8')).toBe(readFileSync(join(root, 'spec', file), 'utf8'))
  },
)

test('the workflow names the document beside it', () => {
  const text = readFileSync(shipped('revoke-then-verify.arazzo.yaml'), 'utf8')
  expect(text).toMatch(/^ {4}url: auth\.openapi\.yaml$/m)
})

test('README: every example compiles, and none that breaks the contract', { timeout: 60_000 }, async () => {
  project.write({ 'wrong.ts': `${examples[1]}${wrongHandlers}` })
  const files = [...examples.keys()].map((index) => `example-${index}.ts`)
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext']
  expect(await project.compile('7', ...flags, '--types', 'node', ...files, 'wrong.ts')).toBe('')
})

test('README: a client of one’s own reads what the service answers', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken({ sub: '42' })
  const env = { TOKENWARD_BASE_URL: mock.url, TOKENWARD_TOKEN: token }
  expect(await project.run(node, ['example-0.ts'], env)).toBe('200 42\n')
})

test('README: MSW answers by the contract', async () => {
  const printed = await project.run(node, ['example-1.ts'])
  expect(printed).toBe("{ sub: '42', scope: 'user', active: true }\n")
})

test('README: Prism serves the document of node_modules on a port', async () => {
  const printed = await project.run(node, ['example-2.ts'])
  expect(printed).toMatch(/sub: '1849755119840497664',[^]*active: true/)
})
