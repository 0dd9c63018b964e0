// Writes llms.txt, llms-full.txt and each page as Markdown beside its HTML, for readers that are programs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sections } from '../.vitepress/sidebar.ts'
import { pagesFolder } from './folders.ts'

const summary = `Tokenward: TypeScript packages that revoke and verify access tokens of Tencent CloudBase.
Servers use @tokenward/auth-node, pages and mini-programs @tokenward/auth-web, tests @tokenward/auth-mock, operators @tokenward/auth-cli.`

/** The first paragraph of a page, in one line. */
function firstSentence(markdown: string): string {
  const [, , paragraph = ''] = /^# .+\n+((?:<!--[^]*?-->\s*)?)([^]*?)\n\n/m.exec(markdown) ?? []
  return paragraph.replaceAll(/\s+/g, ' ').replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
}

const readPage = (path: string): string =>
  readFileSync(join(pagesFolder, `${path.endsWith('/') ? `${path}index` : path}.md`), 'utf8').replace(
    /^---\n[^]*?\n---\n/,
    '',
  )

/** Writes the files into the folder of the built site. */
export function writeLlms(out: string): void {
  const lists: string[] = []
  const full: string[] = []
  for (const { title, pages } of sections) {
    lists.push(`## ${title.en}\n`)
    for (const [path, name] of pages) {
      const file = `${path.endsWith('/') ? `${path}index` : path}.md`
      const markdown = readPage(path)
      lists.push(`- [${name}](${file}): ${firstSentence(markdown)}`)
      full.push(`<!-- ${file} -->\n\n${markdown.trim()}\n`)
      mkdirSync(dirname(join(out, file)), { recursive: true })
      writeFileSync(join(out, file), markdown)
    }
    lists.push('')
  }
  writeFileSync(
    join(out, 'llms.txt'),
    `# Tokenward\n\n> ${summary.replaceAll('\n', '\n> ')}\n\n${lists.join('\n')}`,
  )
  writeFileSync(
    join(out, 'llms-full.txt'),
    `# Tokenward\n\n> ${summary.replaceAll('\n', '\n> ')}\n\n${full.join('\n')}`,
  )
}
