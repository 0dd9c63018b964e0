import { resolve } from 'node:path'
import { CliError } from '../terminal/exit-codes.ts'

/** The files that a bulk revocation writes. */
export interface RevokePaths {
  readonly journal: string
  readonly report: string
}

/** Chooses the files beside the input, or in the current folder for stdin. @throws {CliError} when two are the same */
export function choosePaths(options: {
  readonly file: string
  readonly journal?: string
  readonly report?: string
}): RevokePaths {
  const { file } = options
  const stem = file === '-' ? 'revoke-stdin' : file
  const { journal = `${stem}.journal`, report = `${stem}.report.csv` } = options
  if (new Set([file, journal, report].map((path) => resolve(path))).size < 3)
    throw new CliError('--file, --journal and --report must be three different files')
  return { journal, report }
}
