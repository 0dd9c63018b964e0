// The spec that another one is compared with: of a file, of a git ref, or of the last release.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeSpecError, parseSpec } from '../generate/read-spec.ts'
import type { Node } from '../generate/spec-node.ts'
import type { Change } from './change.ts'
import { type DiffOptions, diffSpecs } from './diff-spec.ts'

const ownRoot = fileURLToPath(new URL('../..', import.meta.url))

/** Where the spec lies in the repository. */
export const specName = 'spec/auth.openapi.yaml'

// The build copies the spec there, for the tarball.
const packedName = 'packages/auth-core/auth.openapi.yaml'

/** A spec, and what to call it. */
export interface NamedSpec {
  readonly name: string
  /** What it was read from. */
  readonly yaml: string
  readonly spec: Node
  /** What it is, where there is no release yet. */
  readonly instead?: string
}

/** Reads a spec from YAML or JSON. */
function readText(name: string, yaml: string): NamedSpec {
  try {
    return { name, yaml, spec: parseSpec(yaml) }
  } catch (error) {
    throw new Error(describeSpecError(name, yaml, error), { cause: error })
  }
}

/**
 * Lists what is different between two specs.
 *
 * @throws {Error} when one of them cannot be understood; the message begins with its name, the line and the column
 */
export function compareSpecs(before: NamedSpec, after: NamedSpec, options?: DiffOptions): readonly Change[] {
  try {
    return diffSpecs(before.spec, after.spec, options)
  } catch (error) {
    // The error names a place, and not in which of the two: it is the one that cannot be compared with itself either.
    for (const { name, yaml, spec } of [before, after]) {
      try {
        diffSpecs(spec, spec, options)
      } catch (own) {
        throw new Error(describeSpecError(name, yaml, own), { cause: own })
      }
    }
    throw error
  }
}

/**
 * Reads a spec from a file of YAML or JSON.
 *
 * @throws {Error} when the file cannot be read, or is no spec; the message begins with its name
 */
export function readSpecFile(file: string, path = file): NamedSpec {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  return readText(file, text)
}

function git(root: string, ...args: readonly string[]): string {
  // CI runs the checks as root in a folder of another user, which git refuses unless it is told so.
  return execFileSync('git', ['-c', 'safe.directory=*', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function isRef(root: string, name: string): boolean {
  try {
    git(root, 'rev-parse', '--verify', '--quiet', name)
    return true
  } catch {
    return false
  }
}

function lastReleaseTag(root: string): string | undefined {
  if (!existsSync(join(root, '.git'))) return undefined
  // A repository without a commit has none.
  if (!isRef(root, 'HEAD')) return undefined
  // Of what this commit is built upon, and not of another branch. 1.0.0-rc.1 comes before 1.0.0.
  const which = ['--list', '@tokenward/auth-core@*', '--merged', 'HEAD', '--sort=-version:refname']
  const [tag] = git(root, '-c', 'versionsort.suffix=-', 'tag', ...which).split('\n')
  return tag || undefined
}

/** Reads what stands for the last release where there is none: the last build, or the last commit. */
function readUnreleased(root: string): NamedSpec {
  const file = join(root, packedName)
  const built = existsSync(file) ? readSpecFile(packedName, file) : undefined
  const committed = `HEAD:${specName}`
  // A build since the change has the change, too.
  const isOlder = built && built.yaml !== readFileSync(join(root, specName), 'utf8')
  if (!isOlder && isRef(root, committed))
    return { ...readText('the last commit', git(root, 'show', committed)), instead: 'the last commit' }
  if (built) return { ...built, instead: "the build's own copy" }
  throw new Error(
    'there is no release yet, and no build of auth-core: pnpm build, or name a git ref or a file with --base',
  )
}

/**
 * Reads the spec to compare with.
 *
 * @param root the folder of the repository
 * @param base a file or a git ref. Default: the tag of the last release; where there is none, the file that the build of
 * auth-core has put beside `dist` for the tarball, or the last commit where there is no older build
 * @throws {Error} when there is no such file or ref
 */
export function readBase(root: string, base: string | undefined = lastReleaseTag(root)): NamedSpec {
  if (base === undefined) return readUnreleased(root)
  // An empty ref is the index to git. It comes from a variable of a shell that is not set.
  if (base === '') throw new Error('--base is empty: name a git ref or a file')
  if (existsSync(base) && statSync(base).isFile()) return readSpecFile(base)
  let text: string
  try {
    text = git(root, 'show', `${base}:${specName}`)
  } catch {
    throw new Error(`"${base}" is no file, and no git ref that holds ${specName}`)
  }
  return readText(base, text)
}

/** Reads the spec as it is now. */
export function readCurrent(root: string): NamedSpec {
  return readSpecFile(specName, join(root, specName))
}

/** Says on the error output what a comparison is with, where there is no release yet. */
export function tellInstead({ instead }: NamedSpec): void {
  if (instead) console.error(`there is no release yet: compared with ${instead}; name a git ref with --base`)
}

/** Prints what it finds out about the repository in the folder `root`, and returns its exit code. */
export type Command = (args: readonly string[], root: string) => number

/** Runs a command, and returns its exit code: 3 when it throws, because nothing was found out then. */
export function runCommand(command: Command, args: readonly string[], root: string = ownRoot): number {
  try {
    return command(args, root)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return 3
  }
}
