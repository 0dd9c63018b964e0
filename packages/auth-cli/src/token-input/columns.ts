import { CsvError, parse, type Parser } from 'csv-parse'
import { pipeline, Readable } from 'node:stream'
import { codeOf } from '../terminal/code-of.ts'
import { CliError } from '../terminal/exit-codes.ts'
import { findField } from './json-field.ts'
import { type Line, readLines } from './lines.ts'

// A line of JSON, or a row of CSV, holds more than its token.
const maxRecordBytes = 1024 * 1024

/**
 * Reads one column of CSV, or one field of JSON lines: JSON where the first character is a brace.
 *
 * @param source text whose lines end with a newline alone
 * @param column the name of a field or of a column in the first row, or the number of a column from 1, where the first row is left out if
 * it is a header
 * @param onHeader is called where the first row is left out
 * @returns the content of each, without "Bearer" before it
 * @throws {CliError} while it is read, when there is no such column
 */
export async function* readColumn(
  source: AsyncIterable<Buffer>,
  column: string,
  isJson: boolean,
  onHeader: () => void,
): AsyncGenerator<Line> {
  for await (const line of isJson ? readField(source, column) : readCells(source, column, onHeader))
    yield { ...line, text: line.text?.trim().replace(/^bearer\s+/i, '') }
}

async function* readField(source: AsyncIterable<Buffer>, name: string): AsyncGenerator<Line> {
  for await (const line of readLines(source, maxRecordBytes)) {
    if (line.text === '' || line.text?.startsWith('#')) continue
    yield line.text === undefined ? line : { ...line, text: undefined, ...findField(line.text, name) }
  }
}

/** CSV that cannot be read any further. */
class DamagedCsvError extends Error {
  readonly code: string

  constructor(reason: string) {
    super('damaged CSV')
    this.code = `CSV_${reason.replace(/^CSV_/, '')}`
  }
}

interface Row {
  readonly record: readonly string[]
  /** The line on which the row ends, and how many bytes end with it. */
  readonly info: { readonly lines: number; readonly bytes: number }
}

/** Chooses the one delimiter of a file: what its first row has most of, outside of quotes. A comma where it has none. */
function findDelimiter(firstRow: string): string {
  const bare = firstRow.replace(/"[^"]*"/g, '')
  const count = (delimiter: string): number => bare.split(delimiter).length
  return [',', ';', '\t'].reduce((most, each) => (count(each) > count(most) ? each : most))
}

/** Reads as far as the end of the first row, and gives it back with the rest. */
async function peekRow(
  source: AsyncIterable<Buffer>,
): Promise<{ readonly row: string; readonly chunks: AsyncGenerator<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  let row: string | undefined
  while (row === undefined && head.length < maxRecordBytes) {
    const next = await iterator.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
    row = findFirstRow(head.toString('latin1'))
  }
  async function* chunks(): AsyncGenerator<Buffer> {
    yield head
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { row: row ?? head.toString('latin1'), chunks: chunks() }
}

/** @returns `undefined` when its end is not there yet */
function findFirstRow(text: string): string | undefined {
  const start = text.search(/\S/)
  const end = text.indexOf('\n', start)
  return start < 0 || end < 0 ? undefined : text.slice(start, end)
}

/** The longest run of characters that a name has, such as `user_id`: a token is longer. */
const longestName = 24

/** Whether a text holds what may be a token: a long run of its characters, or a shorter one with a digit. */
function mayHoldToken(text: string): boolean {
  return text
    .split(/[^\w.~+/=-]+/)
    .some((run) => run.length > longestName || (run.length >= 8 && /\d/.test(run)))
}

/** Whether each cell is a few words, such as `user_id` or what is not ASCII. */
function isHeader(cells: readonly string[]): boolean {
  return cells.every((cell) => /[\x80-\xff]|^[a-z _-]*$/i.test(cell) && !mayHoldToken(cell))
}

/** Whether a cell may have swallowed a row with a token: a quote that was meant as text opens a cell that ends at the next quote. */
function mayHoldRow(cell: string, delimiter: string): boolean {
  return cell.includes('\n') && cell.includes(delimiter) && mayHoldToken(cell)
}

async function* readCells(
  source: AsyncIterable<Buffer>,
  column: string,
  onHeader: () => void,
): AsyncGenerator<Line> {
  const isNumber = /^[1-9]\d{0,3}$/.test(column)
  let index = isNumber ? Number(column) - 1 : undefined
  let width: number | undefined
  const { row, chunks } = await peekRow(source)
  const delimiter = findDelimiter(row)
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    encoding: 'latin1',
    info: true,
    max_record_size: maxRecordBytes,
    relax_column_count: true,
    skip_empty_lines: true,
  })
  for await (const { record, info } of parsed(chunks, parser)) {
    const isFirst = width === undefined
    width ??= record.length
    index ??= findColumn(record, column)
    const place = { number: findFirstLine(record, info.lines), end: info.bytes }
    const cell = record[index]
    if (record.some((each) => mayHoldRow(each, delimiter)))
      yield { ...place, text: undefined, flaw: 'a row within quotes' }
    else if (isFirst && (!isNumber || isHeader(record))) {
      if (isNumber) onHeader()
    } else if (record.length !== width) yield { ...place, text: undefined, flaw: 'another number of columns' }
    else if (cell === undefined) yield { ...place, text: undefined, flaw: 'no such column' }
    else yield { ...place, text: cell }
  }
}

/** @throws {CliError} when no column has this name, or two have it. The row is not shown: it may be a token */
function findColumn(header: readonly string[], column: string): number {
  const name = Buffer.from(column).toString('latin1')
  const isNamed = (cell: string): boolean => cell.trim() === name
  const index = header.findIndex(isNamed)
  if (index < 0) throw new CliError('the first row of the file names no such column; see --column')
  if (header.filter(isNamed).length > 1)
    throw new CliError('the first row of the file names this column twice; give --column its number')
  return index
}

/** The line on which a row begins: its cells may hold line breaks. */
function findFirstLine(cells: readonly string[], lastLine: number): number {
  return cells.reduce((line, cell) => line - (cell.split('\n').length - 1), lastLine)
}

/** @throws {DamagedCsvError} in place of the parser's error, which quotes the row; an error of the source passes as it is */
async function* parsed(source: AsyncIterable<Buffer>, parser: Parser): AsyncGenerator<Row> {
  try {
    yield* pipeline(Readable.from(source), parser, () => undefined) as AsyncIterable<Row>
  } catch (error) {
    throw error instanceof CsvError ? new DamagedCsvError(codeOf(error) || 'unknown') : error
  }
}
