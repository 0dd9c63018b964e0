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
 * @returns the content of each, without "Bearer" before it
 * @throws {CliError} while it is read, when there is no such column
 */
export async function* readColumn(
  source: AsyncIterable<Buffer>,
  column: string,
  isJson: boolean,
): AsyncGenerator<Line> {
  for await (const line of isJson ? readField(source, column) : readCells(source, column))
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

/** Whether each cell is a few words, such as `user_id` or what is not ASCII: a token is longer, or has a digit. */
function isHeader(cells: readonly string[]): boolean {
  return cells.every((cell) => /[\x80-\xff]|^[a-z _-]{0,24}$/i.test(cell))
}

async function* readCells(source: AsyncIterable<Buffer>, column: string): AsyncGenerator<Line> {
  let index = /^[1-9]\d{0,3}$/.test(column) ? Number(column) - 1 : undefined
  let width: number | undefined
  const { row, chunks } = await peekRow(source)
  const parser = parse({
    delimiter: findDelimiter(row),
    record_delimiter: '\n',
    encoding: 'latin1',
    info: true,
    max_record_size: maxRecordBytes,
    relax_column_count: true,
    skip_empty_lines: true,
  })
  const name = Buffer.from(column).toString('latin1')
  for await (const { record, info } of parsed(chunks, parser)) {
    if (index !== undefined && width === undefined && isHeader(record)) {
      width = record.length
      continue
    }
    width ??= record.length
    if (index !== undefined) {
      const place = { number: findFirstLine(record, info.lines), end: info.bytes }
      const cell = record[index]
      if (record.length !== width) yield { ...place, text: undefined, flaw: 'another number of columns' }
      else if (cell === undefined) yield { ...place, text: undefined, flaw: 'no such column' }
      else yield { ...place, text: cell }
    } else {
      const isNamed = (cell: string): boolean => cell.trim() === name
      index = record.findIndex(isNamed)
      // The row is not shown: it may be a token.
      if (index < 0) throw new CliError('the first row of the file names no such column; see --column')
      if (record.filter(isNamed).length > 1)
        throw new CliError('the first row of the file names this column twice; give --column its number')
    }
  }
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
