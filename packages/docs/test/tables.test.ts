// A table that stands in a README and in the guide says the same in both.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { expect, test } from 'vitest'
import { pagesFolder } from '../build/folders.ts'

/** The table that has these words, cell by cell: its columns may be of another width. */
function readTable(file: string, words: string): string[][] {
  const tables = readFileSync(file, 'utf8').match(/(?:^\|.*\n)+/gm) ?? []
  const rows =
    tables
      .find((table) => table.includes(words))
      ?.trim()
      .split('\n') ?? []
  return rows.filter((row) => !/^[|\s-]+$/.test(row)).map((row) => row.split('|').map((cell) => cell.trim()))
}

test.each([
  ['README.md', 'guide/transport.md'],
  ['README.zh-CN.md', 'zh/guide/transport.md'],
])('what others do to requests: %s of auth-node and %s', (readme, page) => {
  const table = readTable(join(pagesFolder, page), 'setGlobalDispatcher')
  expect(table.length).toBeGreaterThan(8)
  expect(readTable(join(root, 'packages/auth-node', readme), 'setGlobalDispatcher')).toEqual(table)
})
