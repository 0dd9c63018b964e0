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

/** Reads our types alone: those of the language and of the frameworks are ten times as much, and no report prints them. */
function readTypes(paths: readonly string[]): ts.Program {
  const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, noLib: true, types: [] }
  const host = ts.createCompilerHost(options)
  host.resolveModuleNameLiterals = (literals, from, redirect, _, source) =>
    literals.map((literal) => {
      if (!/^(\.|@tokenward\/)/.test(literal.text)) return { resolvedModule: undefined }
      const mode = ts.getModeForUsageLocation(source, literal, options)
      return ts.resolveModuleName(literal.text, from, options, host, undefined, redirect, mode)
    })
  return ts.createProgram(paths, options, host)
}

/** Describes what each entry of a package exports, and the package's own types that those are made of. */
export function describeApi(folder: string): string {
  const dist = join(folder, 'dist')
  const entries = listEntries(folder)
  const paths = entries.map(({ name }) => join(dist, `${name}.d.ts`))
  const missing = paths.find((path) => !existsSync(path))
  if (missing) throw new Error(`${relative(root, missing)} is not built. To build it: npx --yes pnpm build`)
  const program = readTypes(paths)
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

/** What git prints, or `undefined` where it fails, as outside of a checkout. */
function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

/** The tag of the last release, if there is one. */
const findLastTag = (): string | undefined =>
  git('tag', '--list', '@tokenward/auth-core@*', '--sort=-version:refname')?.split('\n')[0] || undefined

/** The commit where this branch left `main`, or the last commit where no `main` is known. */
const findBranchStart = (): string | undefined =>
  (git('merge-base', 'HEAD', 'origin/main') ?? git('rev-parse', 'HEAD'))?.trim()

/** The report of a package as it was at a commit. Empty where the package had none yet. */
const reportAt = (commit: string, folder: string): string => git('show', `${commit}:${folder}/${file}`) ?? ''

/** The changesets that were added or changed since a commit, committed or not. */
function listChangesetsSince(commit: string): string[] {
  const changed = git('diff', '--name-only', '--diff-filter=d', commit, '--', '.changeset') ?? ''
  const added = git('ls-files', '--others', '--exclude-standard', '--', '.changeset') ?? ''
  return `${changed}${added}`.split('\n').filter((path) => path.endsWith('.md'))
}

/** The packages that changesets name. */
export function namedInChangesets(files: readonly string[]): ReadonlySet<string> {
  return new Set(
    files.flatMap((path) =>
      Array.from(
        readFileSync(path, 'utf8').matchAll(/^['"]?(@tokenward\/[\w-]+)['"]?:/gm),
        ([, name = '']) => name,
      ),
    ),
  )
}

/** A state that a report is compared with, such as the last release. */
export interface Earlier {
  /** How a message names it: the types have changed … */
  readonly words: string
  /** The reports then, by package. */
  readonly reports: ReadonlyMap<string, string>
  /** The packages that changesets since then name. */
  readonly named: ReadonlySet<string>
}

/** What is wrong with the reports, in words; nothing when all is well. */
export function findProblems(
  packages: readonly { readonly name: string; readonly actual: string; readonly report: string }[],
  earlier: readonly Earlier[],
): string[] {
  return packages.flatMap(({ name, actual, report }) => [
    ...(actual === report
      ? []
      : [`${name}: its public types are not what ${file} says. To write it: ${command}`]),
    ...earlier
      .filter(({ reports, named }) => actual !== (reports.get(name) ?? '') && !named.has(name))
      .map(
        ({ words }) =>
          `${name}: its public types have changed ${words}, and no changeset since then names it. To write one: npx --yes pnpm changeset`,
      ),
  ])
}

function listEarlier(folders: readonly string[]): Earlier[] {
  const reportsAt = (commit: string | undefined): ReadonlyMap<string, string> =>
    new Map(folders.map((folder) => [nameOf(folder), commit ? reportAt(commit, folder) : '']))
  const named = (files: readonly string[]): ReadonlySet<string> =>
    namedInChangesets(files.map((path) => join(root, path)))
  // A release takes away the changesets that it is made of.
  const release = {
    words: 'since the last release',
    reports: reportsAt(findLastTag()),
    named: named(globSync('.changeset/*.md', { cwd: root })),
  }
  const start = findBranchStart()
  return start === undefined
    ? [release]
    : [
        release,
        { words: 'on this branch', reports: reportsAt(start), named: named(listChangesetsSince(start)) },
      ]
}

const nameOf = (folder: string): string => `@tokenward/${basename(folder)}`

function main(isCheck: boolean): number {
  const folders = listPublishedFolders(root).filter((folder) => listEntries(join(root, folder)).length > 0)
  const packages = folders.map((folder) => {
    const path = join(root, folder, file)
    const report = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return { name: nameOf(folder), path, actual: describeApi(join(root, folder)), report }
  })
  if (!isCheck) for (const { path, actual } of packages) writeFileSync(path, actual)
  const problems = isCheck ? findProblems(packages, listEarlier(folders)) : []
  for (const problem of problems) console.error(problem)
  return problems.length > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--check'))
