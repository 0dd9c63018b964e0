import { once } from 'node:events'
import { createReadStream, type ReadStream, statSync } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CliError } from '../terminal/exit-codes.ts'
import { type Line, readLines } from './lines.ts'

/** A file of tokens, one a line, while it is read. */
export interface TokenFile {
  /** Its lines, without the empty ones and those that begin with `#`. */
  readonly lines: AsyncGenerator<Line>
  /** Its size in bytes; `undefined` for a stream. */
  readonly size: number | undefined
  readonly bytesRead: () => number
  /** Ends the reading, also while it waits for more. */
  readonly close: () => void
}

/**
 * Opens a file of tokens, plain or gzip by its first bytes; `-` is stdin.
 *
 * @throws {CliError} when it cannot be opened; while it is read, when it is UTF-16
 */
export async function openTokenFile(path: string): Promise<TokenFile> {
  const file = path === '-' ? undefined : createReadStream(path)
  await (file && once(file, 'open').catch((error: NodeJS.ErrnoException) => refuse(error.code)))
  const stats = file && statSync(path)
  if (stats?.isDirectory()) refuse('EISDIR')
  const source: ReadStream | NodeJS.ReadStream = file ?? process.stdin
  return {
    lines: tokenLines(readLines(unzipped(source))),
    size: stats?.size || undefined,
    bytesRead: () => file?.bytesRead ?? 0,
    close: () => void source.destroy(),
  }
}

function refuse(code: string | undefined): never {
  throw new CliError(`the file given with --file cannot be read (${code ?? 'unknown'})`)
}

async function* tokenLines(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  for await (const line of lines) {
    // Some editors put a byte order mark before the first line.
    const text = line.number === 1 ? line.text?.replace(/^\u{ef}\u{bb}\u{bf}/u, '') : line.text
    if (text !== '' && !text?.startsWith('#')) yield { ...line, text }
  }
}

async function* unzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  while (head.length < 2) {
    const next = await chunks.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield head
    yield* { [Symbol.asyncIterator]: () => chunks }
  }
  // Would be read as lines of which none is a token.
  if (/^(fffe|feff)/.test(head.toString('hex')))
    throw new CliError('the file given with --file is UTF-16: save it as UTF-8')
  const isGzip = head[0] === 0x1f && head[1] === 0x8b
  // A failure reaches whoever reads the last stream.
  yield* isGzip ? pipeline(Readable.from(whole()), createGunzip(), () => undefined) : whole()
}
