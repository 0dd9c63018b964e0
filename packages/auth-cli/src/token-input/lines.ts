/** A line of a file, or a row of a table. */
export interface Line {
  /** Where it begins: the number of that line, counted from 1. */
  readonly number: number
  /** Its token; `undefined` in place of a text that is longer than any token, and where `flaw` says why there is none. */
  readonly text: string | undefined
  /** Why no token can be read from it, in a few words that repeat nothing of it. */
  readonly flaw?: string
  /** Where it ends, in bytes of the text. */
  readonly end: number
}

const maxLength = 16 * 1024

/**
 * Splits a stream into lines, trimmed, in memory that grows neither with the file nor with a line. Bytes are read as Latin-1: a token is
 * ASCII, and other bytes must not turn into ASCII.
 *
 * @param longest where a line counts as too long, in bytes
 */
export async function* readLines(
  source: AsyncIterable<Buffer>,
  longest: number = maxLength,
): AsyncGenerator<Line> {
  let number = 0
  let end = 0
  let rest = ''
  let dropped = 0
  const toLine = (text: string): Line => {
    number += 1
    end += dropped + text.length + 1
    const line = { number, text: dropped > 0 ? undefined : text.trim(), end }
    dropped = 0
    return line
  }
  for await (const chunk of source) {
    const texts = (rest + chunk.toString('latin1')).split('\n')
    rest = texts.pop() ?? ''
    for (const text of texts) yield toLine(text)
    if (rest.length > longest) {
      dropped += rest.length
      rest = ''
    }
  }
  if (rest || dropped > 0) yield toLine(rest)
}

/** Ends every line with one newline, also those that end with a carriage return, or with both. */
export async function* toUnixLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // Whether the last byte so far was a carriage return: a newline may follow it in the next chunk.
  let isPending = false
  for await (const chunk of source) {
    if (!isPending && !chunk.includes('\r')) {
      yield chunk
      continue
    }
    const text: string = (isPending ? '\r' : '') + chunk.toString('latin1')
    isPending = text.endsWith('\r')
    yield Buffer.from(text.slice(0, isPending ? -1 : undefined).replace(/\r\n?/g, '\n'), 'latin1')
  }
  if (isPending) yield Buffer.from('\n')
}
