import { fstatSync, type Stats } from 'node:fs'
import { CliError } from '../terminal/exit-codes.ts'

/**
 * Reads what stdin is; `undefined` when it is closed.
 *
 * @throws {CliError} when it is a folder, which Node reads as if it were empty
 */
export function readStdinStats(): Stats | undefined {
  let stats: Stats | undefined
  try {
    stats = fstatSync(0)
  } catch {
    // A closed stdin ends at once, and holds no token.
  }
  if (stats?.isDirectory()) throw new CliError('stdin cannot be read (EISDIR)')
  return stats
}
