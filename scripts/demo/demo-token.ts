// Reads the token of the demo without showing it: from TOKENWARD_TOKEN, a pipe, or a prompt without echo.
import { text } from 'node:stream/consumers'
import { promptHidden } from '../../packages/auth-cli/src/terminal/hidden-prompt.ts'

/** Resolves to the token; throws when there is none, or more than one line. */
export async function readToken(): Promise<string> {
  const token = (process.env['TOKENWARD_TOKEN'] ?? (await readInput())).trim()
  if (!token) throw new Error('no token came from TOKENWARD_TOKEN or standard input')
  if (/[\r\n]/.test(token)) throw new Error('the token is more than one line')
  return token
}

async function readInput(): Promise<string> {
  return process.stdin.isTTY
    ? promptHidden('Access token (not shown): ', process.stdin, process.stdout)
    : text(process.stdin)
}
