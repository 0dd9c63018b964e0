import { closeSync, openSync, writeFileSync } from 'node:fs'
import { CliError } from '../terminal/exit-codes.ts'

/** A CSV file with one row for each line of the input: its number, what became of it, and why. */
export interface LineReport {
  readonly add: (line: number, outcome: string, detail?: string) => void
  readonly close: () => void
}

/** Creates the report, in place of an earlier one. @throws {CliError} when it cannot be written */
export function createLineReport(path: string): LineReport {
  let rows = 'line,outcome,detail\n'
  let file: number
  try {
    file = openSync(path, 'w', 0o600)
  } catch (error) {
    throw new CliError(`the report ${path} cannot be written (${(error as NodeJS.ErrnoException).code})`)
  }
  const flush = (): void => {
    // Unlike `writeSync`, all of it or an error.
    writeFileSync(file, rows)
    rows = ''
  }
  return {
    add(line, outcome, detail = '') {
      rows += `${line},${outcome},${detail}\n`
      if (rows.length > 32 * 1024) flush()
    },
    close() {
      flush()
      closeSync(file)
    },
  }
}
