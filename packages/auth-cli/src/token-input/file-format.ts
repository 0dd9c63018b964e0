import { CliError } from '../terminal/exit-codes.ts'

const formats = [
  ['gzip within gzip', [0x1f, 0x8b]],
  ['a zip archive, or a spreadsheet', [0x50, 0x4b, 0x03, 0x04]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['Zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf]],
] as const

/** Whether a file is gzip, by its first bytes. */
export function isGzip(head: Buffer): boolean {
  return startsWith(head, formats[0][1])
}

/**
 * Refuses a file that is packed in a way this program does not unpack, by its first bytes. It would be read as lines without a token.
 *
 * @param head the first bytes, of the content where the file is gzip
 * @throws {CliError} that names the format
 */
export function assertNotPacked(head: Buffer): void {
  const format = formats.find(([, bytes]) => startsWith(head, bytes))
  if (format)
    throw new CliError(`the file given with --file is ${format[0]}: unpack it to plain text or to gzip first`)
}

function startsWith(head: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte)
}
