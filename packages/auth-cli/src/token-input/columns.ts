import { CsvError, parse, type Parser } from 'csv-parse'
import { pipeline, Readable } from 'node:stream'
import { codeOf } from '../terminal/code-of.ts'
import { CliError } from '../terminal/exit-codes.ts'
import { type Line, readLines } from './lines.ts'

// A line of JSON, or a row of CSV, holds more than its token.
const maxRecordBytes = 1024 * 1024

/**
 * Reads one column of CSV, or one field of JSON lines: JSON where the first character is a brace.
 *
 * @param column the name of a field or of a column in the first row, or the number of a column from 1, where no row is a header
 * @returns the content of each, without "Bearer" before it
 * @throws {CliError} while it is read, when there is no such column
 */
export async function* readColumn(
  source: AsyncIterable<Buffer>,
  column: string,
  isJson: boolean,
): AsyncGenerator<Line> {
  for await (const { number, text } of isJson ? readField(source, column) : readCells(source, column))
    yield { number, text: text?.trim().replace(/^bearer\s+/i, '') }
}

async function* readField(source: AsyncIterable<Buffer>, name: string): AsyncGenerator<Line> {
  const latin1Name = Buffer.from(name).toString('latin1')
  for await (const { number, text } of readLines(source, maxRecordBytes)) {
    if (text === '' || text?.startsWith('#')) continue
    yield { number, text: text === undefined ? undefined : fieldOf(text, latin1Name) }
  }
}

/** @returns the line itself where it has no such field: it is counted as unusable, and may hold a token that is alive */
function fieldOf(line: string, name: string): string {
  try {
    const value: unknown = JSON.parse(line)
    const field: unknown = Object.hasOwn(Object(value), name) ? Object(value)[name] : undefined
    return typeof field === 'string' ? field : line
  } catch {
    return line
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
  readonly info: { readonly lines: number }
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
    row = /^\s*([^\r\n]+)[\r\n]/.exec(head.toString('latin1'))?.[1]
  }
  async function* chunks(): AsyncGenerator<Buffer> {
    yield head
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { row: row ?? head.toString('latin1'), chunks: chunks() }
}

// Has no place for a token: the line is counted as unusable, because its cells may have moved.
const anotherNumberOfCells = ','

async function* readCells(source: AsyncIterable<Buffer>, column: string): AsyncGenerator<Line> {
  let index = /^[1-9]\d{0,3}$/.test(column) ? Number(column) - 1 : undefined
  let width: number | undefined
  const { row, chunks } = await peekRow(source)
  const parser = parse({
    delimiter: findDelimiter(row),
    encoding: 'latin1',
    info: true,
    max_record_size: maxRecordBytes,
    relax_column_count: true,
    skip_empty_lines: true,
  })
  const name = Buffer.from(column).toString('latin1')
  for await (const { record, info } of parsed(chunks, parser)) {
    width ??= record.length
    if (index !== undefined) {
      const cell = record.length === width ? (record[index] ?? '(no such cell)') : anotherNumberOfCells
      yield { number: info.lines, text: cell }
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

/** @throws {DamagedCsvError} in place of the parser's error, which quotes the row; an error of the source passes as it is */
async function* parsed(source: AsyncIterable<Buffer>, parser: Parser): AsyncGenerator<Row> {
  try {
    yield* pipeline(Readable.from(source), parser, () => undefined) as AsyncIterable<Row>
  } catch (error) {
    throw error instanceof CsvError ? new DamagedCsvError(codeOf(error) || 'unknown') : error
  }
}
