// Writes the public types of each package into packages/NAME/api-report.txt, read from what was built. With --check it writes nothing:
// it names each report that is not current, and each package whose types have changed since the last release without a changeset.
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import ts from 'typescript'
import { listEntries, listPublishedFolders } from '../build/entries.ts'
import { root } from '../test-bed/run-command.ts'

const command = 'npx --yes pnpm api:report'
const file = 'api-report.txt'

const printer = ts.createPrinter({ removeComments: true })

/** Prints one declaration without comments and without `export` or `declare`. */
function print(declaration: ts.Declaration): string {
  // A variable's statement has the words `export const` before it.
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
  return text.replace(/^(export )?(declare )?/, '')
}

/** Describes what each entry of a package exports, and the package's own types that those are made of. */
export function describeApi(folder: string): string {
  const dist = join(folder, 'dist')
  const entries = listEntries(folder)
  const paths = entries.map(({ name }) => join(dist, `${name}.d.ts`))
  const missing = paths.find((path) => !existsSync(path))
  if (missing) throw new Error(`${relative(root, missing)} is not built. To build it: npx --yes pnpm build`)
  const program = ts.createProgram(paths, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const target = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const isOwn = (declaration: ts.Declaration): boolean =>
    declaration.getSourceFile().fileName.startsWith(dist)
  const exported = new Set<ts.Symbol>()
  const inner = new Map<string, ts.Symbol>()

  /** Collects the package's own types that a declaration names. */
  function collect(node: ts.Node): void {
    if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node)
      const found = symbol && target(symbol)
      const isTopLevel = found?.declarations?.some(
        (each) => isOwn(each) && (ts.isSourceFile(each.parent) || ts.isVariableDeclaration(each)),
      )
      if (found && isTopLevel && !exported.has(found) && inner.get(found.name) !== found) {
        inner.set(found.name, found)
        found.declarations?.forEach(collect)
      }
    }
    ts.forEachChild(node, collect)
  }

  const sections = entries.map(({ name }, index) => {
    const source = program.getSourceFile(paths[index] ?? '')
    const module = source && checker.getSymbolAtLocation(source)
    const symbols = module ? checker.getExportsOfModule(module) : []
    for (const symbol of symbols) exported.add(target(symbol))
    return { name, symbols: symbols.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
  })
  const own = (symbol: ts.Symbol): readonly ts.Declaration[] => (symbol.declarations ?? []).filter(isOwn)
  const lines = sections.flatMap(({ name, symbols }) => [
    `\n== ${name} ==\n`,
    ...symbols.flatMap((symbol) => {
      const declarations = own(target(symbol))
      declarations.forEach(collect)
      return declarations.length > 0 ? declarations.map(print) : [`${symbol.name} of another package`]
    }),
  ])
  const rest = [...inner]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, symbol]) => own(symbol).map(print))
  return `${[`Public types of @tokenward/${basename(folder)}, written by: ${command}`, ...lines, '\n== not exported ==\n', ...rest].join('\n')}\n`
}

/** What the last release said, or nothing before the first one. */
function lastReport(folder: string): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [tag] = git('tag', '--list', '@tokenward/auth-core@*', '--sort=-version:refname').split('\n')
    return tag ? git('show', `${tag}:${folder}/${file}`) : ''
  } catch {
    return ''
  }
}

/** The packages that a changeset names. */
export function namedInChangesets(folder: string): ReadonlySet<string> {
  const texts = globSync('*.md', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'))
  return new Set(
    texts.flatMap((text) =>
      Array.from(text.matchAll(/^['"]?(@tokenward\/[\w-]+)['"]?:/gm), ([, name = '']) => name),
    ),
  )
}

/** What is wrong with the reports, in words; nothing when all is well. */
export function findProblems(
  packages: readonly {
    readonly name: string
    readonly actual: string
    readonly report: string
    readonly last: string
  }[],
  changesets: ReadonlySet<string>,
): string[] {
  return packages.flatMap(({ name, actual, report, last }) => [
    ...(actual === report
      ? []
      : [`${name}: its public types are not what ${file} says. To write it: ${command}`]),
    ...(actual === last || changesets.has(name)
      ? []
      : [
          `${name}: its public types have changed since the last release, and no changeset names it. To write one: npx --yes pnpm changeset`,
        ]),
  ])
}

function main(isCheck: boolean): number {
  const packages = listPublishedFolders(root)
    .filter((folder) => listEntries(join(root, folder)).length > 0)
    .map((folder) => {
      const path = join(root, folder, file)
      const report = existsSync(path) ? readFileSync(path, 'utf8') : ''
      return {
        name: `@tokenward/${basename(folder)}`,
        path,
        actual: describeApi(join(root, folder)),
        report,
        last: lastReport(folder),
      }
    })
  if (!isCheck) for (const { path, actual } of packages) writeFileSync(path, actual)
  const problems = isCheck ? findProblems(packages, namedInChangesets(join(root, '.changeset'))) : []
  for (const problem of problems) console.error(problem)
  return problems.length > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--check'))
