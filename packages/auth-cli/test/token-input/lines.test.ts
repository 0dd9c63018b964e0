import { expect, test } from 'vitest'
import { type Line, readLines, toUnixLines } from '../../src/token-input/lines.ts'

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

async function read(...texts: string[]): Promise<(string | undefined)[]> {
  const lines: Line[] = []
  for await (const line of readLines(chunks(...texts))) lines.push(line)
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1))
  return lines.map(({ text }) => text)
}

test('readLines: lines do not depend on where chunks end', async () => {
  expect(await read('on', 'e\ntwo\r', '\n', '\nfo', 'ur')).toEqual(['one', 'two', '', 'four'])
})

test('readLines: a line that is longer than any token has no text, and the next one is whole', async () => {
  const long = 'x'.repeat(20_000)
  expect(await read('one\n', long, long, `${long}\ntwo`)).toEqual(['one', undefined, 'two'])
  expect(await read('one\n', long)).toEqual(['one', undefined])
})

test('readLines: bytes beyond ASCII do not become ASCII', async () => {
  expect(await read('tökén\n')).toEqual(['tÃ¶kÃ©n'])
})

test('readLines: tells where each line ends, in bytes', async () => {
  const ends: number[] = []
  for await (const { end } of readLines(chunks('ab\n\n', 'c', 'de\nf'), 2)) ends.push(end)
  expect(ends).toEqual([3, 4, 8, 10])
})

test('toUnixLines: every line ends with one newline, wherever chunks end', async () => {
  const given = ['a\nb\r', '\nc\r', 'd\r\r\ne', '\r', '\r', 'f\r']
  let text = ''
  for await (const chunk of toUnixLines(chunks(...given))) text += String(chunk)
  expect(text).toBe('a\nb\nc\nd\n\ne\n\nf\n')
})
