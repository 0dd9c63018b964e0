// Writes llms.txt, llms-full.txt and each page as Markdown beside its HTML, for readers that are programs.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { root } from '@tokenward/scripts/test-bed/run-command'
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

/** The skills of the packages: name, what each is for, and its text. */
export const skills: readonly (readonly [name: string, description: string, markdown: string])[] = globSync(
  'packages/*/skills/*/SKILL.md',
  { cwd: root },
)
  .toSorted()
  .map((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    const [, description = ''] = /^description: (.+)$/m.exec(text) ?? []
    return [basename(dirname(file)), description, text.replace(/^---\n[^]*?\n---\n+/, '')]
  })

/** Writes the files into the folder of the built site. */
export function writeLlms(out: string): void {
  const lists: string[] = []
  const full: string[] = []
  const add = (file: string, markdown: string): void => {
    full.push(`<!-- ${file} -->\n\n${markdown.trim()}\n`)
    mkdirSync(dirname(join(out, file)), { recursive: true })
    writeFileSync(join(out, file), markdown)
  }
  lists.push('## Skills: read the one of your task first\n')
  for (const [name, description, markdown] of skills) {
    lists.push(`- [${name}](skills/${name}.md): ${description}`)
    add(`skills/${name}.md`, markdown)
  }
  lists.push('')
  for (const { title, pages } of sections) {
    lists.push(`## ${title.en}\n`)
    for (const [path, name] of pages) {
      const file = `${path.endsWith('/') ? `${path}index` : path}.md`
      const markdown = readPage(path)
      lists.push(`- [${name}](${file}): ${firstSentence(markdown)}`)
      add(file, markdown)
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
