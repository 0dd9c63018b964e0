import { closeSync, fstatSync, type Stats, writeFileSync } from 'node:fs'
import { cleanText } from '../terminal/clean-text.ts'
import type { Claims } from '../token-input/token-claims.ts'
import { notWritten, OutputError, replaceOutput } from './output-file.ts'

/** A CSV file with one row for each line of the input: its number, what became of it and why, and whom its token named. */
export interface LineReport {
  /** The file itself. */
  readonly stats: Stats
  readonly add: (line: number, outcome: string, detail?: string, claims?: Claims) => void
  /** Writes what is still held back. Another call does nothing. */
  readonly close: () => void
}

const header = 'line,outcome,detail,sub,expires\n'

/**
 * Creates the report, in place of an earlier one.
 *
 * @param others the files that it must not be
 * @throws {CliError} when it cannot be written
 */
export function createLineReport(path: string, others: readonly (Stats | undefined)[]): LineReport {
  const output = { what: 'report', path } as const
  const file = replaceOutput(output, header.slice(0, 'line,outcome'.length), others)
  let isOpen = true
  let rows = header
  const flush = (): void => {
    const text = rows
    rows = ''
    try {
      // Unlike `writeSync`, all of it or an error.
      writeFileSync(file, text)
    } catch (error) {
      throw notWritten(output, error)
    }
  }
  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    process.off('exit', close)
    try {
      flush()
      const stats = fstatSync(file)
      if (stats.isFile() && stats.nlink === 0)
        throw new OutputError(output, 'it was removed while the run was on')
    } finally {
      closeSync(file)
    }
  }
  // The second Ctrl-C leaves at once.
  process.once('exit', close)
  return {
    stats: fstatSync(file),
    add(line, outcome, detail = '', claims) {
      const { sub, exp } = claims ?? {}
      rows += `${line},${outcome},${cell(detail)},${cell(sub)},${readEnd(exp)}\n`
      if (rows.length > 32 * 1024) flush()
    },
    close,
  }
}

// No token is written, be it inside the claims of another one.
const tokenLike = /ey[A-Z][\w-]{5,}\.[\w.-]{5,}/g

// Most cells: nothing in them can be a token, a formula, or a character that needs a second look.
const harmless = /^[\w ]{0,40}$/

/** A cell of CSV. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
function cell(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  if (typeof value === 'string' && harmless.test(value)) return value
  const text = cleanText(`${value}`.replace(tokenLike, '[token]'), 200).replace(/^[=+\-@]/, "'$&")
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function readEnd(exp: unknown): string {
  const end = new Date(typeof exp === 'number' ? exp * 1_000 : Number.NaN)
  return Number.isNaN(end.getTime()) ? '' : end.toISOString()
}
