// Derives parts of each package.json from the files at the top of `src`, so that they never differ from them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Entry,
  listEntries,
  listPlainFiles,
  listPlainFolders,
  type Manifest,
  readManifest,
} from './entries.ts'

const sourceCondition = '@tokenward/source'

const subpathsOf = (entries: readonly Entry[]): Entry[] => entries.filter(({ name }) => name !== 'index')

/** What resolvers that read `exports` see. TypeScript finds the types beside each file: `.d.cts` and `.d.ts`. */
const conditionsOf = ({ name, hasCommonJs }: Entry): Record<string, string> => ({
  ...(hasCommonJs && { require: `./dist/${name}.cjs` }),
  default: `./dist/${name}.js`,
})

/** What resolvers that read no `exports` see: TypeScript's `node10`, webpack 4, Metro. */
const mainFieldsOf = ({ name, hasCommonJs }: Entry, dist: string): Record<string, string> => ({
  main: `${dist}/${name}.${hasCommonJs ? 'cjs' : 'js'}`,
  ...(hasCommonJs && { module: `${dist}/${name}.js` }),
  types: `${dist}/${name}.d.${hasCommonJs ? 'cts' : 'ts'}`,
})

/** The manifest with the parts that follow from the package's folder. */
export function completeManifest(folder: string): Manifest {
  const manifest = readManifest(folder)
  const entries = listEntries(folder)
  const index = entries.find(({ name }) => name === 'index')
  const plainFiles = listPlainFiles(manifest)
  const published = entries.map((entry): [Entry, string, Record<string, string>] => [
    entry,
    entry.name === 'index' ? '.' : `./${entry.name}`,
    conditionsOf(entry),
  ])
  const others = Object.fromEntries([...plainFiles, './package.json'].map((file) => [file, file]))
  const home = manifest.repository.url.replace(/^git\+|\.git$/g, '')
  return {
    ...manifest,
    homepage: `${home}/tree/main/${manifest.repository.directory}#readme`,
    bugs: { url: `${home}/issues` },
    files: [
      'CHANGELOG.md',
      ...plainFiles.map((file) => file.slice(2)),
      'dist',
      ...listPlainFolders(folder),
      ...(manifest.miniprogram ? [manifest.miniprogram] : []),
      ...subpathsOf(entries).map(({ name }) => name),
    ],
    ...(index && mainFieldsOf(index, './dist')),
    exports: {
      ...Object.fromEntries(
        published.map(([{ source }, subpath, conditions]) => [
          subpath,
          { [sourceCondition]: `./${source}`, ...conditions },
        ]),
      ),
      ...others,
    },
    publishConfig: {
      ...manifest.publishConfig,
      exports: {
        ...Object.fromEntries(published.map(([, subpath, conditions]) => [subpath, conditions])),
        ...others,
      },
    },
  } as Manifest
}

/**
 * Writes a manifest as text for a comparison. Sorts the fields, because the formatter decides their order. Keeps the order of the conditions
 * within `exports`, because a resolver takes the first that fits.
 */
const textOf = (manifest: Manifest): string =>
  JSON.stringify(Object.entries(manifest).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** Tells whether package.json agrees with the files in the package's folder. */
export function isManifestCurrent(folder: string): boolean {
  return textOf(completeManifest(folder)) === textOf(readManifest(folder))
}

/** Writes a package.json that agrees with the files in the package's folder. */
export function writeManifest(folder: string): void {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(completeManifest(folder), null, 2)}\n`)
}

/**
 * Writes NAME/package.json for each subpath. A resolver that reads no `exports` looks for a folder of that name, and TypeScript's
 * `node10` finds the types through it as well.
 */
export function writeSubpathFolders(folder: string): void {
  for (const entry of subpathsOf(listEntries(folder))) {
    const file = join(folder, entry.name, 'package.json')
    const content = `${JSON.stringify(mainFieldsOf(entry, '../dist'), null, 2)}\n`
    mkdirSync(join(folder, entry.name), { recursive: true })
    writeFileSync(file, content)
  }
}

/**
 * Writes `dist/NAME.d.ts` for each entry that has both forms: one line that exports what `NAME.d.cts` declares. Both forms then share the
 * same types, and the package holds them once.
 */
export function writeModuleTypes(folder: string): void {
  mkdirSync(join(folder, 'dist'), { recursive: true })
  for (const { name, hasCommonJs } of listEntries(folder))
    if (hasCommonJs) writeFileSync(join(folder, `dist/${name}.d.ts`), `export * from './${name}.cjs'\n`)
}
