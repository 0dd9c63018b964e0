import { closeSync, fstatSync, type Stats, writeFileSync } from 'node:fs'
import { cleanText } from '../terminal/clean-text.ts'
import type { Claims } from '../token-input/token-claims.ts'
import { notWritten, partialEnding, replaceOutput } from './output-file.ts'

/** A CSV file with one row for each line of the input: its number, what became of it and why, and whom its token named. */
export interface LineReport {
  /** The file itself. */
  readonly stats: Stats
  /** The path of the file that has the rows now. */
  readonly path: () => string
  readonly add: (line: number, outcome: string, detail?: string, claims?: Claims) => void
  /**
   * Writes what is still held back, and gives the report its name. The report of an earlier run keeps that name unless this one has a row
   * for every line. Another call does nothing.
   *
   * @throws {CliError} when it cannot be written
   */
  readonly close: (isComplete: boolean) => void
}

/** Says how many lines there are of a kind. */
export function countLines(count: number, kind: string): string {
  return `${count} line${count === 1 ? '' : 's'} ${kind}`
}

/** Says where the rows are. */
export function describeReport(path: string, quote: (text: string) => string): string {
  const remark = path.endsWith(partialEnding) ? ' (not complete; an earlier report stays as it is)' : ''
  return `report by line: ${quote(path)}${remark}`
}

/** Words an error for a row: its code, and its status where there was an answer. */
export function describeError(error: { readonly code: string; readonly status?: unknown }): string {
  return 'status' in error ? `${error.code} ${String(error.status)}` : error.code
}

const header = 'line,outcome,detail,sub,expires\n'

/**
 * Creates the report. One of an earlier run stays what it is until this one is closed.
 *
 * @param others the files that it must not be
 * @throws {CliError} when it cannot be written
 */
export function createLineReport(givenPath: string, others: readonly (Stats | undefined)[]): LineReport {
  const output = { what: 'report', path: givenPath } as const
  const { file, path, place } = replaceOutput(output, header.slice(0, 'line,outcome'.length), others)
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
  const close = (isComplete: boolean): void => {
    if (!isOpen) return
    isOpen = false
    process.off('exit', leave)
    try {
      flush()
      place(isComplete)
    } finally {
      closeSync(file)
    }
  }
  // The second Ctrl-C leaves at once.
  const leave = (): void => {
    try {
      close(false)
    } catch {
      // The exit code of such an end vouches for nothing.
    }
  }
  process.once('exit', leave)
  return {
    stats: fstatSync(file),
    path,
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
  const text = cleanText(`${value}`.slice(0, 400).replace(tokenLike, '[token]'), 200).replace(
    /^[=+\-@]/,
    "'$&",
  )
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function readEnd(exp: unknown): string {
  const end = new Date(typeof exp === 'number' ? exp * 1_000 : Number.NaN)
  return Number.isNaN(end.getTime()) ? '' : end.toISOString()
}
