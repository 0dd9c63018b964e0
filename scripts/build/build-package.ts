// How every package is built: an ES module and a CommonJS file per entry, with types for both.
import type { Rolldown, UserConfig } from 'tsdown'
import { type Entry, listCommands, listEntries } from './entries.ts'
import { keepLicenses } from './keep-licenses.ts'
import { lookUpTypesAsModule } from './look-up-types.ts'
import { writeModuleTypes, writeSubpathFolders } from './manifest.ts'
import { writeSbom } from './write-sbom.ts'

/** In what the build of a package may differ from the others. */
export interface BuildOptions extends Pick<UserConfig, 'copy'> {
  readonly inputOptions?: Rolldown.InputOptions

  /** `node` for a package that runs nowhere else. Default: `neutral`. */
  readonly platform?: 'neutral' | 'node'
  /** Entries that are built on their own, so that they share no chunk with other entries. */
  readonly apart?: readonly string[]
  /** Dependencies that both forms contain. All others stay imports; a build that would bundle one of them fails. */
  readonly bundled?: readonly string[]
  /** Dependencies that have versions without a CommonJS form, whose types an entry with both forms names. */
  readonly withoutCommonJs?: readonly string[]
}

/** What every build has in common. */
export const shared = {
  target: 'es2022',
  fixedExtension: false,
  // Shortens statements, but keeps the names and line breaks of the source. The user's bundler then makes a smaller file of it.
  minify: { compress: true, mangle: false, codegen: false },
  // Docstrings are left out of the JavaScript: editors read them in the type declarations.
  outputOptions: { comments: { jsdoc: false } },
  // Leaves out the comments that name each module's path: with pnpm, the path tells about the machine that built the package.
  inputOptions: { experimental: { attachDebugInfo: 'none' } },
  plugins: [keepLicenses],
} satisfies UserConfig

/** The builds of all entries and commands in `folder`. */
export function buildPackage(folder: string, options: BuildOptions = {}): UserConfig[] {
  const { platform = 'neutral', apart = [], bundled = [], withoutCommonJs = [], copy, inputOptions } = options
  const entries = listEntries(folder)
  const commands = listCommands(folder)
  const { experimental } = shared.inputOptions
  const base: UserConfig = {
    ...shared,
    platform,
    inputOptions: {
      ...shared.inputOptions,
      // Rolldown puts a module into the file of a command when only that file and one that is loaded later need it. An entry that loads the
      // later one would then run the command.
      ...(commands.length > 0 && { experimental: { ...experimental, chunkOptimization: false } }),
      ...inputOptions,
    },
  }
  const build = (format: 'esm' | 'cjs', sources: readonly string[]): UserConfig => ({
    ...base,
    format,
    // People read the ES module. The CommonJS copy is minified, so that auth-node with both stays below its limit for the install size.
    ...(format === 'cjs' && { minify: true }),
    entry: [...sources],
    deps: {
      alwaysBundle: [...bundled],
      onlyBundle: [...bundled],
      dts: { alwaysBundle: [...bundled] },
    },
  })
  const buildBoth = (group: readonly Entry[], programs: readonly string[]): UserConfig[] => {
    const both = group.filter(({ hasCommonJs }) => hasCommonJs)
    const modulesAlone = group.filter(({ hasCommonJs }) => !hasCommonJs)
    const sources = (list: readonly Entry[]): string[] => list.map(({ source }) => source)
    return [
      {
        ...build('esm', [...sources(group), ...programs]),
        // `writeModuleTypes` writes the types of entries that also have a CommonJS form.
        dts: modulesAlone.length > 0 && { entry: sources(modulesAlone) },
      },
      ...(both.length > 0
        ? [
            {
              ...build('cjs', sources(both)),
              dts: true,
              hooks: { 'build:done': () => lookUpTypesAsModule(folder, withoutCommonJs) },
            },
          ]
        : []),
    ]
  }
  const finish = async (): Promise<void> => {
    writeModuleTypes(folder)
    writeSubpathFolders(folder)
    await writeSbom(folder, bundled)
  }
  const isApart = ({ name }: Entry): boolean => apart.includes(name)
  const [first, ...rest] = [
    ...buildBoth(
      entries.filter((entry) => !isApart(entry)),
      commands,
    ),
    ...entries.filter(isApart).flatMap((entry) => buildBoth([entry], [])),
  ]
  return [{ ...first, ...(copy && { copy }), hooks: { 'build:done': finish } }, ...rest]
}
