import { closeSync, createReadStream, fstatSync, open, type Stats } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { isatty, ReadStream } from 'node:tty'
import { promisify } from 'node:util'
import { codeOf } from '../terminal/code-of.ts'
import { CliError } from '../terminal/exit-codes.ts'
import { readColumn } from './columns.ts'
import { assertNotUtf16 } from './encoding.ts'
import { assertNotPacked, isGzip, isTooShort, skipComments } from './file-format.ts'
import { gunzip } from './gunzip.ts'
import { type Line, readLines, toUnixLines } from './lines.ts'
import { readStdinStats } from './stdin-stats.ts'

/** A file of tokens, one a line, while it is read. */
export interface TokenFile {
  /** Its lines, without the empty ones and those that begin with `#`. */
  readonly lines: AsyncGenerator<Line>
  /** Its size in bytes; `undefined` for a stream. */
  readonly size: number | undefined
  /** Names the file itself, whatever the path: no output may be the same. */
  readonly stats: Stats | undefined
  /** How many bytes of the file the text takes up to the end of a line: gzip is shorter than its text. */
  readonly bytesUntil: (end: number) => number
  /** Whether the first row of a table was left out, because its column was given by number. */
  readonly hasHeader: () => boolean
  /** Ends the reading, also while it waits for more. */
  readonly close: () => void
}

/**
 * Opens a file of tokens, plain or gzip by its first bytes; `-` is stdin.
 *
 * @param column of CSV or JSON lines; without one, each line is a token
 * @throws {CliError} when it cannot be opened; while it is read, when it is UTF-16 or has no such column
 */
export async function openTokenFile(path: string, column?: string): Promise<TokenFile> {
  const { stream, stats, bytesRead } = path === '-' ? readStdin() : await readFile(path)
  let textBytes = 0
  let hasHeader = false
  const onHeader = (): void => {
    hasHeader = true
  }
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      textBytes += chunk.length
      yield chunk
    }
  }
  return {
    lines: readTokens(stream, column, counted, onHeader),
    size: (stats?.isFile() && stats.size) || undefined,
    stats,
    bytesUntil: (end) => (textBytes > 0 ? bytesRead() * (end / textBytes) : 0),
    hasHeader: () => hasHeader,
    close: () => void stream.destroy(),
  }
}

interface Input {
  readonly stream: Readable
  readonly stats: Stats | undefined
  readonly bytesRead: () => number
}

function readStdin(): Input {
  const stats = readStdinStats()
  return { stream: process.stdin, stats, bytesRead: () => 0 }
}

async function readFile(path: string): Promise<Input> {
  try {
    const fd = await promisify(open)(path, 'r')
    const stats = fstatSync(fd)
    if (stats.isDirectory()) {
      closeSync(fd)
      throw notRead('EISDIR')
    }
    // Unlike the reading of a file, that of a socket ends at once when it is closed while it waits for more.
    if (stats.isFIFO())
      return { stream: new Socket({ fd, readable: true, writable: false }), stats, bytesRead: () => 0 }
    if (isatty(fd)) return { stream: new ReadStream(fd), stats, bytesRead: () => 0 }
    const stream = createReadStream(path, { fd })
    return { stream, stats, bytesRead: () => stream.bytesRead }
  } catch (error) {
    throw error instanceof CliError ? error : notRead(codeOf(error) || 'unknown')
  }
}

function notRead(code: string): CliError {
  return new CliError(`the file given with --file cannot be read (${code})`)
}

async function* readTokens(
  source: AsyncIterable<Buffer>,
  column: string | undefined,
  counted: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
  onHeader: () => void,
): AsyncGenerator<Line> {
  const isTable = column !== undefined
  const packed = await peek(source, isTable)
  const { head, chunks } = isGzip(packed.head) ? await peek(gunzip(packed.chunks), isTable) : packed
  assertNotPacked(head)
  assertNotUtf16(head, 'the file given with --file')
  const lines = counted(toUnixLines(withoutMarkBytes(chunks)))
  if (column !== undefined) {
    const text = skipComments(head)
    if (text.startsWith('['))
      throw new CliError('the file given with --file is one JSON array: give one object a line')
    yield* readColumn(lines, column, text.startsWith('{'), onHeader)
    return
  }
  for await (const line of readLines(lines)) if (line.text !== '' && !line.text?.startsWith('#')) yield line
}

/** Reads the first bytes of a stream, as many as tell its format, and gives them back with the rest. */
async function peek(
  source: AsyncIterable<Buffer>,
  isTable: boolean,
): Promise<{ readonly head: Buffer; readonly chunks: AsyncGenerator<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (isTooShort(head, isTable)) {
    const next = await iterator.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { head, chunks: whole() }
}

async function* withoutMarkBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const chunk of chunks) {
    const hasMark = isFirst && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf
    isFirst = false
    yield hasMark ? chunk.subarray(3) : chunk
  }
}
