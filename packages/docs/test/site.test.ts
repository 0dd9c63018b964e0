// The site as it is built: every link and anchor holds, nothing is loaded from elsewhere, and pages can be read without JavaScript.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { sections } from '../.vitepress/sidebar.ts'
import { docsFolder } from '../build/folders.ts'
import { referencePages } from '../build/reference.ts'

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

test('from the first page, each framework is one link away', () => {
  const [english, chinese] = [read('index.html'), read('zh/index.html')]
  for (const name of ['express', 'fastify', 'koa', 'hono', 'bun-and-deno', 'next', 'node-http']) {
    expect(english).toContain(`guide/frameworks.html#${name}"`)
    expect(chinese).toContain(`guide/frameworks.html#${name}"`)
  }
})

test('llms.txt names every page, and each of them is there as Markdown', () => {
  const list = read('llms.txt')
  const files = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file)
  expect(files).toHaveLength(sections.flatMap((section) => section.pages).length)
  expect(files.filter((file) => !existsSync(join(dist, file)))).toEqual([])
  const full = read('llms-full.txt')
  for (const file of files) expect(full).toContain(read(file).trim())
})
