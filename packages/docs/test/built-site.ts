// What tests look at of the site in `dist`.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { listen } from '@tokenward/test-kit/ports'
import { onTestFinished } from 'vitest'
import { docsFolder } from '../build/folders.ts'

/** The folder of the built site. */
export const dist: string = join(docsFolder, 'dist')
/** Lists its pages. */
export const pages = (): string[] => globSync('**/*.html', { cwd: dist })
/** Reads a file of it. */
export const read = (page: string): string => readFileSync(join(dist, page), 'utf8')

/** The links of a page: what they say, and where they lead. */
export function linksOf(
  page: string,
): { readonly text: string; readonly page: string; readonly anchor: string }[] {
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
export function sectionOf(page: string, anchor: string): string {
  const html = read(page)
  return anchor ? (html.slice(html.indexOf(` id="${anchor}"`)).split(/<h2\b/)[0] ?? '') : html
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.html': 'text/html',
}

/** Serves the site until the test ends, and at `/phone` a page of its own. */
export async function serveSite(phone: string): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const file = join(dist, decodeURIComponent(new URL(url, 'http://site.test').pathname))
    const isThere = existsSync(file) && statSync(file).isFile()
    if (url !== '/phone' && !isThere) return response.writeHead(404).end()
    response.setHeader(
      'content-type',
      url === '/phone' ? 'text/html' : (types[extname(file)] ?? 'text/plain'),
    )
    return response.end(url === '/phone' ? phone : readFileSync(file))
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${await listen(server)}`
}
