import { CliError } from '../terminal/exit-codes.ts'
import { withoutMark } from './encoding.ts'

const gzip = [0x1f, 0x8b]

/** A name, the bytes that tell the format, and where they stand. */
const formats: readonly (readonly [string, readonly number[], number?])[] = [
  ['gzip within gzip', gzip],
  ['a zip archive, or a spreadsheet', [0x50, 0x4b, 0x03, 0x04]],
  ['an empty zip archive', [0x50, 0x4b, 0x05, 0x06]],
  ['a part of a zip archive', [0x50, 0x4b, 0x07, 0x08]],
  ['a spreadsheet or document of an older Office', [0xd0, 0xcf, 0x11, 0xe0]],
  // `ustar`, which every tar of the last decades writes.
  ['a tar archive', [0x75, 0x73, 0x74, 0x61, 0x72], 257],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['lzip', [0x4c, 0x5a, 0x49, 0x50]],
  ['LZ4', [0x04, 0x22, 0x4d, 0x18]],
  ['Zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a .Z file of compress', [0x1f, 0x9d]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['a RAR archive', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ['an SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]],
  ['a Parquet table', [0x50, 0x41, 0x52, 0x31]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
]

/** How many bytes tell every format. */
const longestHead = 262

// Comments before the first record of a table are read so far.
const longestComment = 1024 * 1024

/**
 * Whether more bytes are needed to tell the format. Text is told by its first few, so that a pipe need not fill first; an archive has a
 * zero byte early.
 *
 * @param isTable whether the text is CSV or JSON lines, which the first byte of its first record tells
 */
export function isTooShort(head: Buffer, isTable: boolean): boolean {
  if (head.length < 16 || (head.length < longestHead && head.includes(0))) return true
  return isTable && head.length < longestComment && skipComments(head) === ''
}

/** The first bytes as text, without the blanks and the comments that stand before the first record; a comment may be cut off. */
export function skipComments(head: Buffer): string {
  return withoutMark(head.toString('latin1')).replace(/^\s*(?:#[^\n\r]*(?:[\n\r]\s*|$))*/, '')
}

/** Whether a file is gzip, by its first bytes. */
export function isGzip(head: Buffer): boolean {
  return hasBytes(head, gzip)
}

/**
 * Refuses a file that is packed in a way this program does not unpack, by its first bytes. It would be read as lines without a token.
 *
 * @param head the first bytes, of the content where the file is gzip
 * @throws {CliError} that names the format
 */
export function assertNotPacked(head: Buffer): void {
  const format = formats.find(([, bytes, at]) => hasBytes(head, bytes, at))
  if (format)
    throw new CliError(
      `the file given with --file is ${format[0]}: give the tokens as plain text, or as gzip of plain text`,
    )
}

function hasBytes(head: Buffer, bytes: readonly number[], at: number = 0): boolean {
  return bytes.every((byte, index) => head[at + index] === byte)
}
