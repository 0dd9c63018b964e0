// The site as it is built: every link and anchor holds, nothing is loaded from elsewhere, and pages can be read without JavaScript.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { beforeAll, describe, expect, test } from 'vitest'
import { sections } from '../.vitepress/sidebar.ts'
import { docsFolder } from '../build/folders.ts'
import { skills } from '../build/llms.ts'
import { referencePages } from '../build/reference.ts'
import { examples } from './examples.ts'

const dist = join(docsFolder, 'dist')
const pages = (): string[] => globSync('**/*.html', { cwd: dist })
const read = (page: string): string => readFileSync(join(dist, page), 'utf8')

beforeAll(() => {
  const { DOCS_BASE: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, ['build/docs.ts'], {
    cwd: docsFolder,
    env: { ...env, NODE_ENV: 'production' },
    encoding: 'utf8',
  })
  // VitePress names each dead link between pages.
  if (status !== 0) throw new Error(stdout + stderr)
}, 900_000)

test('every page of the guide and every entry has its page', () => {
  const guide = sections.flatMap((section) => section.pages.map(([path]) => path.replace(/\/$/, '/index')))
  const expected = [
    ...guide.map((path) => `${path}.html`),
    ...guide.map((path) => `zh/${path}.html`),
    ...referencePages.map((name) => `reference/api/${name}.html`),
    'index.html',
    'zh/index.html',
    'reference/cli.html',
    'reference/spec.html',
  ]
  expect(expected.filter((page) => !existsSync(join(dist, page)))).toEqual([])
})

test('every link and every anchor leads somewhere', () => {
  const anchors = new Map(
    pages().map((page) => [
      page,
      new Set([...read(page).matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id)),
    ]),
  )
  const dead: string[] = []
  for (const page of pages())
    for (const [, href = ''] of read(page).matchAll(/<a [^>]*?href="([^"]+)"/g)) {
      const url = new URL(href.replaceAll('&amp;', '&'), `http://site.test/${page}`)
      if (url.host !== 'site.test') continue
      const path = decodeURIComponent(url.pathname.slice(1)).replace(/(^|\/)$/, '$1index.html')
      const ids = anchors.get(path)
      const anchor = decodeURIComponent(url.hash.slice(1))
      if (!ids && !existsSync(join(dist, path))) dead.push(`${page}: ${href}`)
      else if (anchor && !ids?.has(anchor)) dead.push(`${page}: ${href}`)
    }
  expect(dead).toEqual([])
})

test('nothing is loaded from elsewhere', () => {
  const loaded = pages().flatMap((page) =>
    [...read(page).matchAll(/<(?:script|link|img|source|iframe)\b[^>]*?(?:src|href)="([^"]+)"/g)].map(
      ([, url = '']) => url,
    ),
  )
  expect(loaded.length).toBeGreaterThan(20)
  expect(loaded.filter((url) => /^(\w+:)?\/\//.test(url))).toEqual([])
  const styles = globSync('assets/*.css', { cwd: dist }).map(read)
  expect(styles.flatMap((style) => style.match(/url\(["']?(?:https?:)?\/\/[^)]*/g) ?? [])).toEqual([])
})

test('a page stands in its HTML, with a menu that needs no JavaScript', () => {
  const html = read('guide/fleet.html')
  expect(html).toContain('createRedisStore')
  expect(html).toContain('<svg viewBox')
  expect(html).toContain('name="viewport"')
  expect(html).toMatch(/<noscript>\s*<style>/)
  expect(html).toMatch(/<a [^>]*href="\/guide\/workers.html"/)
})

/** The links of a page: what they say, and where they lead. */
function linksOf(page: string): { readonly text: string; readonly page: string; readonly anchor: string }[] {
  const links = read(page).matchAll(/<a [^>]*?href="([^"]+)"[^>]*>([^]*?)<\/a>/g)
  return Array.from(links, ([, href = '', inner = '']) => {
    const url = new URL(href.replaceAll('&amp;', '&'), `http://site.test/${page}`)
    return {
      text: inner
        .replaceAll(/<[^>]+>/g, '')
        .replaceAll('&#39;', "'")
        .trim(),
      page:
        url.host === 'site.test'
          ? decodeURIComponent(url.pathname.slice(1)).replace(/(^|\/)$/, '$1index.html')
          : '',
      anchor: decodeURIComponent(url.hash.slice(1)),
    }
  }).filter((link) => existsSync(join(dist, link.page)) && link.page.endsWith('.html'))
}

/** What stands under a heading, or on the whole page. */
function sectionOf(page: string, anchor: string): string {
  const html = read(page)
  return anchor ? (html.slice(html.indexOf(` id="${anchor}"`)).split(/<h2\b/)[0] ?? '') : html
}

describe.each([
  ['index.html', 'en'],
  ['zh/index.html', 'zh'],
] as const)('from %s', (home, language) => {
  // Every page that one click leads to, without those of the reference.
  const reached = (): ReturnType<typeof linksOf> => {
    const first = linksOf(home)
    const next = new Set(first.map(({ page }) => page).filter((page) => !page.includes('reference/')))
    return [...first, ...[...next].flatMap(linksOf)]
  }

  test.each(examples.map((example) => [example[language], example] as const))(
    'two clicks lead to a running example of %s',
    (name, { proof }) => {
      const links = reached().filter(({ text }) => text === name)
      const examplesThere = links
        .map(({ page, anchor }) => sectionOf(page, anchor))
        .filter((html) => /class="language-|href="[^"]*\/examples\/[\w.-]+"/.test(html))
      expect(examplesThere.length).toBeGreaterThan(0)
      // It runs: as the page says itself, or by the test that reads it there.
      const [file = '', words = ''] = proof.split(': ')
      expect(readFileSync(join(root, file), 'utf8')).toContain(words)
    },
  )
})

test('llms.txt names every page, and each of them is there as Markdown', () => {
  const list = read('llms.txt')
  const files = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file)
  expect(files).toHaveLength(skills.length + sections.flatMap((section) => section.pages).length)
  expect(files.filter((file) => !existsSync(join(dist, file)))).toEqual([])
  const full = read('llms-full.txt')
  for (const file of files) expect(full).toContain(read(file).trim())
})
