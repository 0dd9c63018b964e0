// What a package publishes, read from its folder: every file at the top of `src` is an entry or a command.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'

/** The parts of a package.json that the build reads. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
  /** The folder that WeChat's tools copy when they build npm packages into a mini-program. */
  readonly miniprogram?: string
  readonly exports?: Readonly<Record<string, unknown>>
  readonly repository: { readonly url: string; readonly directory: string }
  readonly publishConfig?: Readonly<Record<string, unknown>>
}

/** What a user imports by the package's name and a subpath. */
export interface Entry {
  /** `index`, or the subpath. */
  readonly name: string
  readonly source: string
  /** `false` for `src/NAME.mts`, which is built as an ES module only, because the tool it is for loads no CommonJS. */
  readonly hasCommonJs: boolean
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** The folders of the packages that are published, relative to the root of the workspace. */
export function listPublishedFolders(root: string): string[] {
  return globSync('packages/*/package.json', { cwd: root })
    .map((file) => dirname(file))
    .filter((folder) => !readManifest(join(root, folder)).private)
    .toSorted()
}

const sourceFiles = (folder: string): string[] =>
  readdirSync(join(folder, 'src')).filter((file) => /\.m?tsx?$/.test(file))

const commandNames = (manifest: Manifest): string[] =>
  Object.values(manifest.bin ?? {}).map((file) => parse(file).name)

/** The sources of the commands that `bin` names. */
export function listCommands(folder: string): string[] {
  const names = commandNames(readManifest(folder))
  return sourceFiles(folder)
    .filter((file) => names.includes(parse(file).name))
    .map((file) => `src/${file}`)
}

/** The entries, `index` first, then by name. */
export function listEntries(folder: string): Entry[] {
  const commands = commandNames(readManifest(folder))
  const rank = (name: string): string => (name === 'index' ? '' : name)
  return sourceFiles(folder)
    .map((file) => ({ name: parse(file).name, source: `src/${file}`, hasCommonJs: !file.endsWith('.mts') }))
    .filter(({ name }) => !commands.includes(name))
    .toSorted((a, b) => (rank(a.name) < rank(b.name) ? -1 : 1))
}

/** The files that `exports` lists but the build does not make, such as the contract. They lie at the top of the package's folder. */
export function listPlainFiles(manifest: Manifest): string[] {
  return Object.values(manifest.exports ?? {}).filter(
    (target): target is string => typeof target === 'string' && target !== './package.json',
  )
}

/** The folders that are published as they are: programs to try, and skills for coding agents. */
export const listPlainFolders = (folder: string): string[] =>
  ['examples', 'skills'].filter((name) => existsSync(join(folder, name)))
