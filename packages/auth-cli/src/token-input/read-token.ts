import { promptHidden } from '../terminal/hidden-prompt.ts'
import { CliError } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { assertNotUtf16, withoutMark } from './encoding.ts'
import { readStdinStats } from './stdin-stats.ts'
import { findUnusable } from './unusable.ts'

const maxLength = 64 * 1024

/**
 * Reads the one token of a command: from `TOKENWARD_TOKEN`, else from a prompt without echo where stdin is a terminal, else from
 * stdin. The output hides it from then on.
 *
 * @returns an empty string when there is none
 * @throws {CliError} when there is more than one line, or when stdin is UTF-16 or a folder
 */
export async function readToken(output: Output): Promise<string> {
  const fromEnvironment = process.env.TOKENWARD_TOKEN?.trim()
  let text: string
  if (fromEnvironment) {
    // Said aloud, because a variable that was forgotten would otherwise end the wrong session.
    output.note('token taken from TOKENWARD_TOKEN')
    text = fromEnvironment
  } else if (process.stdin.isTTY) {
    text = (await promptHidden('Token (not shown): ', process.stdin, process.stderr)).trim()
  } else {
    readStdinStats()
    text = await readAll(process.stdin)
  }
  output.hide(text)
  if (/[\r\n]/.test(text))
    throw new CliError(
      'this is more than one line; many tokens are read from a file, by verify --file and revoke --file',
    )
  return text
}

/**
 * As {@link readToken}, for commands that send the token.
 *
 * @throws {CliError} when there is none, or when the text cannot be sent as one: that says nothing about the token inside it
 */
export async function requireToken(output: Output): Promise<string> {
  const text = await readToken(output)
  if (text === '') throw new CliError('no token: give it on stdin, in TOKENWARD_TOKEN or at the prompt')
  const flaw = findUnusable(text)
  if (flaw !== undefined)
    throw new CliError(
      `this cannot be sent as a token (${flaw}), and nothing was sent: give the bare token, without "Bearer" and without quotes`,
    )
  return text
}

async function readAll(input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk)
    chunks.push(bytes)
    length += bytes.length
    if (length > maxLength)
      throw new CliError(
        'stdin holds more than one token; many are read by verify --file - and revoke --file -',
      )
  }
  const bytes = Buffer.concat(chunks)
  assertNotUtf16(bytes, 'stdin')
  return withoutMark(bytes.toString('latin1')).trim()
}
