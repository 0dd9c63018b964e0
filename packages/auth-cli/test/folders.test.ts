import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))

/** From the top to the bottom: a folder imports only from those below it. */
const folders = [
  'commands',
  'doctor',
  'revoke-file',
  'verify-file',
  'bulk',
  'token-input',
  'service',
  'terminal',
]

/** The files of `src` that a file imports, also for a type alone, and also while it runs. */
function importsOf(file: string): string[] {
  const text = readFileSync(`${root}/${file}`, 'utf8')
  return Array.from(text.matchAll(/(?:from |import\()'(\.[^']+\.ts)'/g), ([, path = '']) =>
    posix.join(posix.dirname(file), path),
  )
}

const folderOf = (file: string): string => posix.dirname(file)

test('src: bin.ts stands at the top, and every other file in a folder named for its concept', () => {
  expect(files.filter((file) => folderOf(file) === '.')).toEqual(['bin.ts'])
  expect([...new Set(files.map(folderOf))].filter((folder) => folder !== '.').sort()).toEqual(
    [...folders].sort(),
  )
})

test('src: a folder imports only from the folders below it', () => {
  const upwards = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => {
        const [from, to] = [folderOf(file), folderOf(imported)]
        return from !== '.' && from !== to && folders.indexOf(to) <= folders.indexOf(from)
      })
      .map((imported) => `${file} imports ${imported}: move what both need to a folder below them`),
  )
  expect(upwards).toEqual([])
})

test('src: no file imports itself over others, not even for a type', () => {
  const reached = (file: string, from: Set<string> = new Set()): Set<string> => {
    for (const imported of importsOf(file)) {
      if (from.has(imported)) continue
      from.add(imported)
      reached(imported, from)
    }
    return from
  }
  expect(files.filter((file) => reached(file).has(file))).toEqual([])
})
