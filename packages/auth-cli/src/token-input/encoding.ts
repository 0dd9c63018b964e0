import { CliError } from '../terminal/exit-codes.ts'

/**
 * Refuses UTF-16, as PowerShell and some editors write it, by its first bytes: with a byte order mark, or with a zero byte beside a
 * character of ASCII. It would be read as text that holds no token. UTF-32 has two zero bytes there.
 *
 * @throws {CliError} when it is UTF-16 or UTF-32; `what` names the input
 */
export function assertNotUtf16(head: Buffer, what: string): void {
  const [first, second] = head
  if (first === undefined || second === undefined) return
  if (head.subarray(0, 4).includes('\0\0'))
    throw new CliError(`${what} is UTF-32, or no text: save it as UTF-8`)
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  const hasZero = (first === 0) !== (second === 0)
  if (hasMark || hasZero) throw new CliError(`${what} is UTF-16: save it as UTF-8`)
}

/** Takes away the byte order mark that some editors put before the first character; bytes are read as Latin-1. */
export function withoutMark(latin1: string): string {
  return latin1.replace(/^\u{ef}\u{bb}\u{bf}/u, '')
}
