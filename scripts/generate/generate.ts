// spec/auth.openapi.yaml → packages/auth-core/src/generated/, and what each package.json says of the files in its `src`.
// With --check it writes nothing and names what is not current. With --watch it goes on after every change of the spec.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, watch, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listPublishedFolders } from '../build/entries.ts'
import { isManifestCurrent, writeManifest } from '../build/manifest.ts'
import { renderHosts } from './hosts.ts'
import { renderKeyIdentities } from './key-identities.ts'
import { renderOperations } from './operations.ts'
import { listOperations } from './list-operations.ts'
import { describeSpecError, readSpec } from './read-spec.ts'
import { type Node, SpecError } from './spec-node.ts'
import { renderValidators } from './validators.ts'

const ownRoot = fileURLToPath(new URL('../..', import.meta.url))
const header = '// Generated from spec/auth.openapi.yaml by `pnpm generate`; do not edit.\n\n'

/** Where to read and where to write. */
export interface GenerateOptions {
  readonly spec: string
  /** The folder of the generated files. It belongs to the generator: every other file in it is foreign. */
  readonly outDir: string
}

/** One file that is not as the spec says. */
export interface Drift {
  readonly file: string
  readonly state: 'stale' | 'missing' | 'foreign'
}

const specName = 'spec/auth.openapi.yaml'

const optionsFor = (root: string): GenerateOptions => ({
  spec: join(root, specName),
  outDir: join(root, 'packages/auth-core/src/generated'),
})

async function renderSchema(spec: Node): Promise<string> {
  // Loaded last and only here: it is most of the time that generating takes.
  const { astToString, default: openapiTS } = await import('openapi-typescript')
  const options = { immutable: true, emptyObjectsUnknown: true, alphabetize: true, silent: true }
  try {
    // Not the file, which it would read by rules of its own. It writes into what it is given.
    return astToString(await openapiTS(structuredClone(spec) as never, options))
  } catch (error) {
    // Its messages end with the place.
    const [, problem, pointer] =
      error instanceof Error ? (/^(.*) at (#\/.*)$/s.exec(error.message) ?? []) : []
    throw problem !== undefined && pointer !== undefined ? new SpecError(pointer, problem) : error
  }
}

/**
 * Renders every generated file, by name.
 * @throws SpecError when the spec holds something that is not understood.
 */
export async function render(specFile: string): Promise<ReadonlyMap<string, string>> {
  const spec = readSpec(specFile)
  const operations = listOperations(spec)
  const files = {
    'hosts.ts': renderHosts(spec),
    'key-identities.ts': renderKeyIdentities(spec),
    'operations.ts': renderOperations(operations),
    'validators.ts': renderValidators(spec, operations),
    'schema.ts': await renderSchema(spec),
  }
  return new Map(Object.entries(files).map(([file, content]) => [file, header + content]))
}

/** Compares the folder with the spec, byte by byte. Writes nothing. */
export async function findDrift({ spec, outDir }: GenerateOptions): Promise<readonly Drift[]> {
  return compare(await render(spec), outDir)
}

/** Makes the folder what the spec says, and returns what was not. Files that are current are not touched. */
export async function generate({ spec, outDir }: GenerateOptions): Promise<readonly Drift[]> {
  const files = await render(spec)
  const drifts = await compare(files, outDir)
  await mkdir(outDir, { recursive: true })
  await Promise.all(
    drifts.map(({ file }) => {
      const content = files.get(file)
      const path = join(outDir, file)
      return content === undefined ? rm(path, { recursive: true }) : writeFile(path, content)
    }),
  )
  return drifts
}

async function compare(files: ReadonlyMap<string, string>, outDir: string): Promise<readonly Drift[]> {
  const present = await readdir(outDir).catch((): string[] => [])
  const foreign = present
    .filter((file) => !files.has(file))
    .map((file) => ({ file, state: 'foreign' as const }))
  const own = await Promise.all(
    Array.from(files, async ([file, content]): Promise<readonly Drift[]> => {
      if (!present.includes(file)) return [{ file, state: 'missing' }]
      const current = await readFile(join(outDir, file), 'utf8')
      return current === content ? [] : [{ file, state: 'stale' }]
    }),
  )
  return [...own.flat(), ...foreign].toSorted((a, b) => (a.file < b.file ? -1 : 1))
}

const usage = 'Usage: pnpm generate [--check | --watch]'

/** Says what is wrong with the spec, with line and column where the place is known. */
function describeError(error: unknown, root: string): string {
  const { spec } = optionsFor(root)
  // The file itself may be what is missing.
  const yaml = existsSync(spec) ? readFileSync(spec, 'utf8') : ''
  return describeSpecError(specName, yaml, error)
}

/** Compares or writes the generated files and each package.json. Returns the exit code. */
async function run(check: boolean, root: string): Promise<number> {
  const options = optionsFor(root)
  const drifts = check ? await findDrift(options) : await generate(options)
  const folder = relative(root, options.outDir)
  for (const { file, state } of drifts) console.log(`${check ? state : 'mended'}: ${folder}/${file}`)
  const manifests = listPublishedFolders(root).filter((name) => !isManifestCurrent(join(root, name)))
  for (const name of manifests) {
    if (!check) writeManifest(join(root, name))
    console.log(`${check ? 'stale' : 'mended'}: ${name}/package.json`)
  }
  if (!check) return 0
  if (drifts.length > 0)
    console.log(`The generated files are not what ${specName} says. To mend them: pnpm generate`)
  if (manifests.length > 0)
    console.log('A package.json is not what the files of its src say. To mend it: pnpm generate')
  return drifts.length + manifests.length > 0 ? 1 : 0
}

/** Runs once and then after every change of the spec, until the process is stopped. */
async function runOnChange(root: string): Promise<never> {
  const { spec } = optionsFor(root)
  // The folder, because many editors replace a file instead of writing into it.
  const changes = watch(dirname(spec))
  let seen: string | undefined
  const runIfChanged = async (): Promise<void> => {
    const text = await readFile(spec, 'utf8').catch(() => undefined)
    if (text === seen || text === undefined) return
    seen = text
    const startedAt = Date.now()
    await run(false, root).catch((error: unknown) => console.error(describeError(error, root)))
    console.log(`watching ${specName} (${Date.now() - startedAt} ms)`)
  }
  await runIfChanged()
  for await (const { filename } of changes) if (filename === basename(spec)) await runIfChanged()
  throw new Error('the watch of the folder ended')
}

async function main(args: readonly string[], root: string): Promise<number> {
  const [mode] = args
  if (args.length > 1 || (mode !== undefined && mode !== '--check' && mode !== '--watch')) {
    console.error(`${args.join(' ')}: not understood\n${usage}`)
    return 1
  }
  return mode === '--watch' ? runOnChange(root) : run(mode === '--check', root)
}

/** Does what a command line asks for in a copy of the repository, prints what became of it, and resolves to the exit code. */
export async function runCommand(args: readonly string[], root: string = ownRoot): Promise<number> {
  try {
    return await main(args, root)
  } catch (error) {
    console.error(describeError(error, root))
    return 1
  }
}

if (import.meta.main) process.exitCode = await runCommand(process.argv.slice(2))
