// Every code block of the guide compiles; those marked with <!-- run --> and <!-- serve --> are run against the mock.
import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  compileSnippets,
  readSnippets,
  runSnippet,
  serveSnippet,
  type Snippet,
  writeSnippets,
} from '@tokenward/scripts/test-bed/snippets'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { docsFolder, pagesFolder } from '../build/folders.ts'

// Within the package, where the names that snippets import lead to what it depends on.
const folder = join(docsFolder, '.snippets')
const pages = globSync('**/*.md', { cwd: pagesFolder, exclude: ['reference/**'] }).toSorted()
const snippets: Snippet[] = pages.flatMap((page) =>
  readSnippets(
    readFileSync(join(pagesFolder, page), 'utf8'),
    `${page.replace('.md', '').replaceAll('/', '-')}-`,
  ),
)
const marked = (mark: Snippet['mark']): Snippet[] =>
  // The Chinese pages have the same code, which translation.test.ts compares.
  snippets.filter((snippet) => snippet.mark === mark && !snippet.file.startsWith('zh-'))

beforeAll(() => writeSnippets(folder, snippets))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every code block of the guide compiles', async () => {
  expect(snippets.length).toBeGreaterThan(20)
  expect(await compileSnippets(folder)).toBe('')
})

test.each(marked('run'))('$file runs', async (snippet) => {
  expect((await runSnippet(folder, snippet)).requests).toBeGreaterThan(0)
})

test.each(marked('serve'))('$file serves', async (snippet) => {
  const answers = await serveSnippet(folder, snippet)
  expect(answers).toMatchObject({ withoutToken: 401, withToken: 200 })
  expect(answers.body).toContain('42')
})
