import { CliError } from '../terminal/exit-codes.ts'
import { promptHidden } from '../terminal/hidden-prompt.ts'
import type { Output } from '../terminal/output.ts'

const maxLength = 64 * 1024

/**
 * Reads the one token of a command: from `TOKENWARD_TOKEN`, else from a prompt without echo where stdin is a terminal, else from
 * stdin. The output hides it from then on.
 *
 * @returns an empty string when there is none
 * @throws {CliError} when there is more than one line
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
  } else text = (await readAll(process.stdin)).trim()
  output.hide(text)
  if (/[\r\n]/.test(text))
    throw new CliError('this is more than one line; to revoke many tokens use revoke --file')
  return text
}

/** As {@link readToken}, for commands that cannot go on without a token. @throws {CliError} when there is none */
export async function requireToken(output: Output): Promise<string> {
  const token = await readToken(output)
  if (token === '') throw new CliError('no token: give it on stdin, in TOKENWARD_TOKEN or at the prompt')
  return token
}

async function readAll(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += chunk.toString()
    if (text.length > maxLength) throw new CliError('stdin holds more than one token; use revoke --file -')
  }
  return text
}
