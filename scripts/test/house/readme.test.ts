// Every code block of every README compiles; those marked with <!-- run --> are run, with a token of the mock.
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../test-bed/run-command.ts'
import {
  compileSnippets,
  readSnippets,
  runSnippet,
  serveSnippet,
  writeSnippets,
} from '../../test-bed/snippets.ts'

const readmes = globSync('{README.md,packages/*/README.md}', { cwd: root }).sort()

/** The compiler, or a program from the sources of several packages, on a busy machine. */
const programs = { timeout: 60_000 }

describe.each(readmes)('%s', (readme) => {
  const folder = join(root, dirname(readme), '.readme')
  const text = readFileSync(join(root, readme), 'utf8')
  const snippets = readSnippets(text)

  beforeAll(() => writeSnippets(folder, snippets))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('fits on a page and a half', () => {
    // As it is read: without empty lines, and without what a reader does not see.
    const lines = text.split('\n').filter((line) => line !== '' && !/^\[[\w-]+\]: |^<!--/.test(line))
    expect(lines.length).toBeLessThanOrEqual(95)
  })

  test('has an example', () => expect(text).toMatch(/^```\w+$/m))

  // A README may do with shell examples.
  if (snippets.length === 0) return

  test('every example compiles', programs, async () => {
    expect(await compileSnippets(folder)).toBe('')
  })

  test.each(snippets.filter(({ mark }) => mark === 'run'))('$file runs', programs, async (snippet) => {
    expect((await runSnippet(folder, snippet)).requests).toBeGreaterThan(0)
  })

  test.each(snippets.filter(({ mark }) => mark === 'serve'))('$file serves', programs, async (snippet) => {
    const answers = await serveSnippet(folder, snippet)
    expect(answers).toMatchObject({ withoutToken: 401, withToken: 200 })
  })
})

test('each package has a README', () => {
  const packages = globSync('packages/*', { cwd: root })
  expect(packages.filter((name) => !existsSync(join(root, name, 'README.md')))).toEqual([])
})
