// The site as it is built: every link and anchor holds, nothing is loaded from elsewhere, and pages can be read without JavaScript.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBrowser } from '@tokenward/scripts/browsers/browsers'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { sections } from '../.vitepress/sidebar.ts'
import { docsFolder } from '../build/folders.ts'
import { skills } from '../build/llms.ts'
import { referencePages } from '../build/reference.ts'
import { dist, linksOf, pages, read, sectionOf, serveSite } from './built-site.ts'
import { examples } from './examples.ts'

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

describe('on a phone', () => {
  const shown = [
    'index.html',
    'guide/transport.html',
    'errors/api.html',
    'zh/guide/fleet.html',
    'reference/cli.html',
  ]

  /** Opens the pages in frames as wide as a phone, and resolves to what is wrong with them. */
  async function findFaults(sandbox: string, hasNoMenuButton: boolean): Promise<unknown> {
    const frames = shown.map((page) => `<iframe width="375" height="740" ${sandbox} src="/${page}"></iframe>`)
    const url = await serveSite(`<!doctype html><title>phone</title>${frames.join('')}`)
    const browser = await startBrowser('chromium')
    onTestFinished(() => browser.close())
    // It is there once every frame has loaded.
    const page = await browser.open(`${url}/phone`)
    return page.run(`return [...document.querySelectorAll('iframe')].flatMap(({ contentDocument: document, src }) => {
      const place = (query) => document.querySelector(query)?.getBoundingClientRect()
      const isWide = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth
      const [title, content, sidebar, menu] = ['h1', '.VPContent', '.VPSidebar', '.VPNavBarMenu'].map(place)
      return [
        !title && 'has no title',
        title?.top > 300 && 'does not begin with its title',
        isWide(document.documentElement) && 'is wider than the phone',
        [...document.querySelectorAll('.vp-doc table')].some(isWide) && 'has a table that is wider',
        ${hasNoMenuButton} && sidebar?.top < content.bottom && 'has its menu above its text',
        ${hasNoMenuButton} && !(menu?.width > 100) && 'does not lead to the parts of the site',
      ].filter(Boolean).map((fault) => src + ' ' + fault)
    })`)
  }

  test('pages and tables fit, and begin with their title', { timeout: 120_000 }, async () => {
    expect(await findFaults('', false)).toEqual([])
  })

  test('without JavaScript, the menu stands below the text', { timeout: 120_000 }, async () => {
    // No script runs in such a frame.
    expect(await findFaults('sandbox="allow-same-origin"', true)).toEqual([])
  })
})
