// Which Chinese page belongs to which English one, and whether it still says the same.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { listPublishedFolders } from '@tokenward/scripts/build/entries'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { pagesFolder } from './folders.ts'

/** A page in both languages, relative to the root of the repository. */
export interface Translation {
  readonly english: string
  readonly chinese: string
}

/** Every page that must be there in both languages: those of the site, and the READMEs of the repository and its published packages. */
export function listTranslations(): Translation[] {
  const pages = globSync('**/*.md', { cwd: pagesFolder, exclude: ['reference/**', 'zh/**'] })
  const folders = ['.', ...listPublishedFolders(root)]
  return [
    ...pages.map((page) => ({
      english: join(relative(root, pagesFolder), page),
      chinese: join(relative(root, pagesFolder), 'zh', page),
    })),
    ...folders.map((folder) => ({
      english: join(folder, 'README.md'),
      chinese: join(folder, 'README.zh-CN.md'),
    })),
  ].toSorted((a, b) => (a.english < b.english ? -1 : 1))
}

/** What both languages share, in order: the level of each heading, each code block, the rows and columns of each table. */
export function shapeOf(markdown: string): string[] {
  const blocks = markdown.matchAll(
    /^```[^]*?^```$|^#+(?= )|^<!-- (?:run|serve|page|consumer) -->$|(?:^\|.*\n?)+/gm,
  )
  return Array.from(blocks, ([block]) => {
    if (!block.startsWith('|')) return block
    const rows = block.trim().split('\n')
    const columns = rows.map((row) => row.replaceAll('\\|', '').split('|').length - 2)
    return `table of ${rows.length} rows and ${Math.max(...columns)} columns`
  })
}

/** The mark that a Chinese page ends with: the English text that it was written from. */
export const markOf = (english: string): string =>
  `<!-- translated from ${createHash('sha256').update(english).digest('hex').slice(0, 16)} -->`

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Names what is wrong with a translation; `undefined` when it is right. */
export function findFault({ english, chinese }: Translation): string | undefined {
  if (!existsSync(join(root, chinese))) return 'is missing'
  const [ours, theirs] = [shapeOf(read(english)), shapeOf(read(chinese))]
  const index = ours.findIndex((part, at) => part !== theirs[at])
  const first = index === -1 ? ours.length : index
  if (index !== -1 || ours.length !== theirs.length)
    return `has ${theirs[first] ?? 'nothing'} where the English page has ${ours[first] ?? 'nothing'}`
  if (!read(chinese).endsWith(`\n${markOf(read(english))}\n`)) return 'was written from another English text'
  return undefined
}
