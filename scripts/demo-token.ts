// Reads the token of the demo without showing it: from TOKENWARD_TOKEN, a pipe, or a prompt without echo.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** Resolves to the token; throws when there is none. */
export async function readToken(): Promise<string> {
  const token = (process.env['TOKENWARD_TOKEN'] ?? (await readInput())).trim()
  if (!token) throw new Error('no token came from TOKENWARD_TOKEN or standard input')
  return token
}

async function readInput(): Promise<string> {
  if (!process.stdin.isTTY) return text(process.stdin)
  process.stdout.write('Access token (not shown): ')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  const token = await terminal.question('')
  terminal.close()
  process.stdout.write('\n')
  return token
}
