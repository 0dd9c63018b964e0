import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
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

/** What stands behind the name of a report until it is complete. */
export const partialEnding = '.partial'

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
 * @throws {CliError} when it is a link, has another name, is one of the others or no file at all, or cannot be opened
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
    // The lock of a run stands beside the name that the run was given.
    if (stats.nlink > 1)
      throw new CliError(
        `the ${output.what} ${output.path} has another name (a hard link), under which another run may be using it: remove that name, or go on with a copy`,
      )
    return file
  })
}

/** A file that is being written, and takes its name at the end. */
export interface Replacement {
  readonly file: number
  /** The path that it has now. */
  readonly path: () => string
  /**
   * Gives the file the name that it was created for.
   *
   * @param isWhole whether it may take the place of the one that an earlier run left there
   * @throws {CliError} when it cannot be renamed, or was removed
   */
  readonly place: (isWhole: boolean) => void
}

/**
 * Creates a file that will take the place of the one that an earlier run left there, which is known by its first bytes. Until then it
 * stands beside that one, with `.partial` behind its name, so that a run that is killed loses nothing of an earlier one. A device or a
 * pipe is written to as it is.
 *
 * @throws {CliError} when one of the two names is taken by a link, by one of the others, or by a file of another kind
 */
export function replaceOutput(
  output: OutputFile,
  firstBytes: string,
  others: readonly (Stats | undefined)[],
): Replacement {
  const { what, path } = output
  const partial = { what, path: path + partialEnding } as const
  return guarded(output, () => {
    // Such as /dev/stdout or a process substitution, which are links to what the shell has opened.
    if (isDevice(path)) return { file: openSync(path, O_WRONLY), path: () => path, place: () => undefined }
    const hasEarlier = assertReplaceable(output, firstBytes, others)
    // What is left of a run that was killed. Where no run has come to its end, it is the latest report there is.
    if (assertReplaceable(partial, firstBytes, others))
      if (hasEarlier) unlinkSync(partial.path)
      else renameSync(partial.path, path)
    const file = openSync(partial.path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    let current = partial.path
    const place = (isWhole: boolean): void =>
      guarded(output, () => {
        if (!isSame(fstatSync(file), lstatSync(partial.path, { throwIfNoEntry: false })))
          throw new OutputError(output, `${partial.path} was removed while the run was on`)
        const hasOther = assertReplaceable(output, firstBytes, others)
        if (hasOther && !isWhole) return
        renameSync(partial.path, path)
        current = path
      })
    return { file, path: () => current, place }
  })
}

/**
 * @returns whether there is a file of that name
 * @throws {CliError} when it must not be replaced
 */
function assertReplaceable(
  output: OutputFile,
  firstBytes: string,
  others: readonly (Stats | undefined)[],
): boolean {
  const { what, path } = output
  if (!exists(path)) return false
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
  return true
}

/** Whether there is something of that name, be it a link to nothing. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function isDevice(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && !stats.isFile()
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

function isSame({ dev, ino }: Stats, other: Stats | undefined): boolean {
  return other?.dev === dev && other.ino === ino
}

function assertOther(output: OutputFile, stats: Stats, others: readonly (Stats | undefined)[]): void {
  if (others.some((other) => isSame(stats, other)))
    throw new CliError(`${differ}, and ${output.path} is another name of one of them`)
}

function guarded<Result>(output: OutputFile, act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    throw error instanceof CliError ? error : notWritten(output, error)
  }
}
