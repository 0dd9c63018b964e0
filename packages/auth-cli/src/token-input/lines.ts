/** A line of a file, counted from 1; `undefined` in place of a text that is longer than any token. */
export interface Line {
  readonly number: number
  readonly text: string | undefined
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
  let rest = ''
  let tooLong = false
  const toLine = (text: string): Line => {
    const line = { number: (number += 1), text: tooLong ? undefined : text.trim() }
    tooLong = false
    return line
  }
  for await (const chunk of source) {
    const texts = (rest + chunk.toString('latin1')).split('\n')
    rest = texts.pop() ?? ''
    for (const text of texts) yield toLine(text)
    if (rest.length > longest) {
      tooLong = true
      rest = ''
    }
  }
  if (rest || tooLong) yield toLine(rest)
}
