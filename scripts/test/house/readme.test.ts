// Every code block of every README compiles; those marked with <!-- run --> are run, with a token of the mock.
import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const run = promisify(execFile)
const bin = (name: string): string => join(root, 'node_modules/.bin', name)

interface Block {
  readonly file: string
  readonly source: string
  readonly runs: boolean
}

function blocksOf(readme: string): Block[] {
  const text = readFileSync(join(root, readme), 'utf8')
  const pattern = /(<!-- run -->\s+)?```(ts|tsx)\n([\s\S]*?)```/g
  return [...text.matchAll(pattern)].map(([, mark, language = '', source = ''], index) => ({
    file: `block-${index + 1}.${language}`,
    source,
    runs: mark !== undefined,
  }))
}

const readmes = globSync('{README.md,packages/*/README.md}', { cwd: root }).sort()

describe.each(readmes)('%s', (readme) => {
  const folder = join(root, dirname(readme), '.readme')
  const blocks = blocksOf(readme)

  beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    for (const { file, source } of blocks) writeFileSync(join(folder, file), `${source}\nexport {}\n`)
    const config = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
        types: ['node'],
        jsx: 'react-jsx',
        isolatedDeclarations: false,
        noUnusedLocals: false,
        noUnusedParameters: false,
      },
      files: blocks.map(({ file }) => file),
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('has an example', () => expect(readFileSync(join(root, readme), 'utf8')).toMatch(/^```\w+$/m))

  // A README may do with shell examples.
  if (blocks.length === 0) return

  test('every example compiles', async () => {
    const { stdout } = await run(bin('tsc'), ['-p', folder]).catch((error: { stdout: string }) => error)
    expect(stdout).toBe('')
  }, 60_000)

  test.each(blocks.filter(({ runs }) => runs))('$file runs', async ({ file }) => {
    const { startAuthMock } = await import('@tokenward/auth-mock')
    await using mock = await startAuthMock()
    const token = mock.issueToken({ sub: 'readme', scope: 'user' })
    const env = { ...process.env, TOKENWARD_BASE_URL: mock.url, TOKENWARD_TOKEN: token }
    const { stdout } = await run(bin('node'), [join(folder, file)], { cwd: folder, env })
    expect(stdout).not.toContain(token)
    expect(mock.requests()).not.toEqual([])
  })
})

test('each package has a README', () => {
  const packages = globSync('packages/*', { cwd: root })
  expect(packages.filter((name) => !existsSync(join(root, name, 'README.md')))).toEqual([])
})
