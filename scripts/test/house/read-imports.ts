// Which file of a folder imports which other file of it, and what is wrong with that.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** Files, relative to the folder, and the files of the folder that each imports, type-only imports included. */
export type Imports = ReadonlyMap<string, readonly string[]>

const importPattern = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g
const withoutComments = (text: string): string => text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '')

/** Reads the imports of every TypeScript file of a folder. */
export function readImports(folder: string, pattern = '**/*.{ts,tsx,mts}'): Imports {
  const files = globSync(pattern, {
    cwd: folder,
    exclude: (name) => /node_modules|dist/.test(name),
  }).toSorted()
  return new Map(
    files.map((file) => {
      const text = withoutComments(readFileSync(join(folder, file), 'utf8'))
      const targets = [...text.matchAll(importPattern)].map(([, target = '']) =>
        normalize(join(dirname(file), target)),
      )
      return [file, targets.filter((target) => files.includes(target))]
    }),
  )
}

/** Finds a circle of imports, as `a.ts → b.ts → a.ts`. */
export function findCircle(imports: Imports): string | undefined {
  const done = new Set<string>()
  function visit(file: string, path: readonly string[]): string | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ')
    if (done.has(file)) return undefined
    for (const target of imports.get(file) ?? []) {
      const circle = visit(target, [...path, file])
      if (circle) return circle
    }
    done.add(file)
    return undefined
  }
  for (const file of imports.keys()) {
    const circle = visit(file, [])
    if (circle) return circle
  }
  return undefined
}

const folderOf = (file: string): string => (file.includes('/') ? dirname(file) : '')

/**
 * Finds the imports that run against the order of folders, and says where the file belongs.
 *
 * @param order the folders: each may import those behind it
 */
export function findMisplaced(imports: Imports, order: readonly string[]): readonly string[] {
  const rank = (file: string): number => (folderOf(file) === '' ? -1 : order.indexOf(folderOf(file)))
  const unknown = [...imports.keys()].filter((file) => folderOf(file) !== '' && rank(file) === -1)
  const upward = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => rank(target) < rank(file) && !unknown.includes(target))
      .map((target) =>
        folderOf(target) === ''
          ? `${file} imports ${target}, an entry: move what it needs from there to ${folderOf(file)}/ or a folder behind it`
          : `${file} imports ${target}, but ${folderOf(target)}/ may import ${folderOf(file)}/: move what it needs to ${folderOf(file)}/ or a folder behind it, or move ${file} to ${folderOf(target)}/`,
      ),
  )
  return [
    ...unknown.map((file) => `${file}: give the folder ${folderOf(file)}/ its place in house.test.ts`),
    ...upward,
  ]
}
