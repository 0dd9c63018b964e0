import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { codeOf } from '../terminal/code-of.ts'
import { CliError } from '../terminal/exit-codes.ts'

// Windows has no O_NOFOLLOW: `undefined` counts as 0 among flags, and `lstat` alone finds a link.
const { O_RDONLY, O_RDWR, O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants

const differ = '--file, --journal and --report must be three different files'

/** A file that a run writes: how messages name it, the path that was chosen, and the option that chooses it. */
export interface OutputFile {
  readonly what: 'journal' | 'report'
  readonly path: string
}

/** Refuses one path for two things, before anything is opened. @throws {CliError} when two are the same */
export function assertDifferentPaths(...paths: readonly string[]): void {
  if (new Set(paths.map((path) => resolve(path))).size < paths.length) throw new CliError(differ)
}

/**
 * Opens a file that a run goes on with, or creates it. A link is not followed, and nothing is cut off.
 *
 * @param others the files of the run that it must not be: compared as files, since one file may have many names
 * @throws {CliError} when it is a link, one of the others, no file at all, or cannot be opened
 */
export function openForAppending(output: OutputFile, others: readonly (Stats | undefined)[]): number {
  return guarded(output, () => {
    const file =
      create(output.path, O_RDWR | O_APPEND) ?? openExisting(output, O_RDWR | O_APPEND | O_NOFOLLOW)
    const stats = fstatSync(file)
    if (!stats.isFile())
      throw new CliError(
        `the ${output.what} ${output.path} is no file, and nothing could go on with it; see --${output.what}`,
      )
    assertOther(output, stats, others)
    return file
  })
}

/**
 * Creates a file in place of the one that an earlier run left there, which is known by its first bytes: it is taken out of the folder,
 * not emptied, so that no other name of it loses anything. A device or a pipe is written to as it is.
 *
 * @throws {CliError} when the name is taken by a link, by one of the others, or by a file of another kind
 */
export function replaceOutput(
  output: OutputFile,
  firstBytes: string,
  others: readonly (Stats | undefined)[],
): number {
  const { what, path } = output
  return guarded(output, () => {
    const created = create(path, O_WRONLY)
    if (created !== undefined) return created
    // Such as /dev/stdout or a process substitution, which are links to what the shell has opened.
    if (!statSync(path).isFile()) return openSync(path, O_WRONLY)
    const earlier = openExisting(output, O_RDONLY | O_NOFOLLOW)
    try {
      assertOther(output, fstatSync(earlier), others)
      const head = Buffer.alloc(firstBytes.length)
      const length = readSync(earlier, head)
      if (length > 0 && head.toString() !== firstBytes)
        throw new CliError(
          `there is a file ${path} already, and it is no ${what} of an earlier run; see --${what}`,
        )
    } finally {
      closeSync(earlier)
    }
    unlinkSync(path)
    return openSync(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  })
}

/** An output cannot be opened or written. Before a run has begun, that refuses it; afterwards, it ends it. */
export class OutputError extends CliError {
  constructor({ what, path }: OutputFile, reason: string) {
    super(`the ${what} ${path} cannot be written (${reason}); see --${what}`)
  }
}

/** Words the failure to open or write an output. */
export function notWritten(output: OutputFile, error: unknown): OutputError {
  return new OutputError(output, codeOf(error) || 'unknown')
}

/** @returns `undefined` when there is something of that name already, be it a link to nothing */
function create(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags | O_CREAT | O_EXCL, 0o600)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

function openExisting({ what, path }: OutputFile, flags: number): number {
  if (lstatSync(path).isSymbolicLink())
    throw new CliError(`the ${what} ${path} is a link: name the file itself; see --${what}`)
  return openSync(path, flags)
}

function assertOther(output: OutputFile, { dev, ino }: Stats, others: readonly (Stats | undefined)[]): void {
  if (others.some((other) => other?.dev === dev && other.ino === ino))
    throw new CliError(`${differ}, and ${output.path} is another name of one of them`)
}

function guarded(output: OutputFile, act: () => number): number {
  try {
    return act()
  } catch (error) {
    throw error instanceof CliError ? error : notWritten(output, error)
  }
}
