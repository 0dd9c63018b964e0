// Holds the rule of the house: the top of `src` is the export map, everything else lives in a folder named for a concept,
// and imports between folders run one way.
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listCommands, listEntries, readManifest } from '../../build/entries.ts'
import { root } from '../../test-bed/run-command.ts'
import { findCircle, findMisplaced, readImports } from './read-imports.ts'

/** The folders of each package's `src`. Each may import those behind it, and none before it. */
const orders: Readonly<Record<string, readonly string[]>> = {
  'auth-core': ['client', 'request', 'verdict', 'errors', 'generated'],
  'auth-node': [
    'cloudbase',
    'upgrade',
    'nestjs',
    'guards',
    'client',
    'signature',
    'verifier',
    'fleet',
    'memory',
    'runtime',
  ],
  'auth-web': ['client', 'browser', 'mini-program', 'sign-out', 'session', 'platform'],
  'auth-mock': ['mock', 'faults', 'service', 'http', 'options'],
  'auth-cli': [
    'commands',
    'doctor',
    'revoke-file',
    'verify-file',
    'bulk',
    'token-input',
    'service',
    'terminal',
  ],
}

describe.each(Object.entries(orders))('%s', (name, order) => {
  const folder = join(root, 'packages', name)
  const imports = readImports(join(folder, 'src'))

  test('imports between folders run one way', () => {
    expect(findMisplaced(imports, order)).toEqual([])
  })

  test('no imports run in a circle', () => {
    expect(findCircle(imports)).toBeUndefined()
  })

  test('a file at the top of src is an entry or a command of package.json', () => {
    const { exports: maps = {}, bin = {} } = readManifest(folder)
    const entries = listEntries(folder).filter(({ name: entry }) => !(subpath(entry) in maps))
    const commands = listCommands(folder).filter((file) => !JSON.stringify(bin).includes(stem(file)))
    expect(
      [...entries.map(({ source }) => source), ...commands].map(
        (file) =>
          `${file}: move it to a folder named for its concept, or make it an entry with pnpm generate`,
      ),
    ).toEqual([])
  })
})

const subpath = (entry: string): string => (entry === 'index' ? '.' : `./${entry}`)
const stem = (file: string): string => basename(file).replace(/\.\w+$/, '')

test('every published package has its order of folders', () => {
  const folders = globSync('packages/*/package.json', { cwd: root })
    .map((file) => dirname(file))
    .filter((folder) => !readManifest(join(root, folder)).private)
  expect(folders.map((folder) => basename(folder)).toSorted()).toEqual(Object.keys(orders).toSorted())
})

test('scripts: no imports run in a circle', () => {
  expect(findCircle(readImports(join(root, 'scripts'), '*/*.ts'))).toBeUndefined()
})

/** Writes files, and reads their imports. */
function importsOf(files: Readonly<Record<string, string>>): ReturnType<typeof readImports> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-house-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return readImports(folder)
}

test('findMisplaced: names both files, and says where what is needed belongs', () => {
  const files = {
    'index.ts': `export { a } from './client/a.ts'`,
    'client/a.ts': '',
    'request/b.ts': `import type { A } from '../client/a.ts'\nimport '../index.ts'`,
    'new/c.ts': '',
  }
  expect(findMisplaced(importsOf(files), ['client', 'request'])).toEqual([
    'new/c.ts: give the folder new/ its place in house.test.ts',
    'request/b.ts imports client/a.ts, but client/ may import request/: move what it needs to request/ or a folder behind it, or move request/b.ts to client/',
    'request/b.ts imports index.ts, an entry: move what it needs from there to request/ or a folder behind it',
  ])
})

test('findCircle: names each file of a circle, type-only and dynamic imports included', () => {
  const files = {
    'a.ts': `import type { B } from './b.ts'`,
    'b.ts': `export type B = typeof import('./c/d.ts')`,
    'c/d.ts': `import {\n  a,\n} from '../a.ts'`,
  }
  expect(findCircle(importsOf(files))).toBe('a.ts → b.ts → c/d.ts → a.ts')
  expect(findCircle(importsOf({ 'a.ts': `// from './a.ts'` }))).toBeUndefined()
})
