// Every code block of the guide and of the skills compiles; those marked with <!-- run --> and <!-- serve --> are run against the mock.
import { globSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '@tokenward/scripts/test-bed/run-command'
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
const pages = globSync('**/*.md', { cwd: pagesFolder, exclude: ['reference/**', 'zh/reference/**'] })
const skills = globSync('packages/*/skills/*/SKILL.md', { cwd: root })
const files = [...pages.map((page) => join(pagesFolder, page)), ...skills.map((skill) => join(root, skill))]
const nameOf = (file: string): string =>
  relative(file.startsWith(pagesFolder) ? pagesFolder : join(root, 'packages'), file)
    .replace('.md', '')
    .replaceAll('/', '-')
const snippets: Snippet[] = files
  .toSorted()
  .flatMap((file) => readSnippets(readFileSync(file, 'utf8'), `${nameOf(file)}-`))
const marked = (mark: Snippet['mark']): Snippet[] =>
  // The Chinese pages have the same code, which translation.test.ts compares.
  snippets.filter((snippet) => snippet.mark === mark && !snippet.file.startsWith('zh-'))

// `uni` of uni-app is a global.
beforeAll(() => writeSnippets(folder, snippets, ['@dcloudio/types']))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The compiler, or a program from the sources of several packages, on a busy machine. */
const programs = { timeout: 60_000 }

test('there are skills for the packages of servers and pages', () => {
  expect(skills.toSorted()).toEqual([
    'packages/auth-node/skills/cloudbase-token-check/SKILL.md',
    'packages/auth-web/skills/cloudbase-sign-out/SKILL.md',
  ])
})

test('every code block of the guide and of the skills compiles', programs, async () => {
  expect(snippets.length).toBeGreaterThan(20)
  expect(await compileSnippets(folder)).toBe('')
})

test.each(marked('run'))('$file runs', programs, async (snippet) => {
  const { requests, printed } = await runSnippet(folder, snippet)
  if (!snippet.source.includes('startAuthMock')) return expect(requests).toBeGreaterThan(0)
  // With a mock of its own: it prints what its comments promise.
  const promised = Array.from(snippet.source.matchAll(/console\.log\(.*\) \/\/ (\w+)/gm), ([, word]) => word)
  expect(promised.length).toBeGreaterThan(0)
  return expect(printed.match(/^\w+/gm)).toEqual(promised)
})

test.each(marked('serve'))('$file serves', programs, async (snippet) => {
  const answers = await serveSnippet(folder, snippet)
  expect(answers).toMatchObject({ withoutToken: 401, withToken: 200, withTwoTokens: 400 })
  expect(answers.body).toContain('42')
})
