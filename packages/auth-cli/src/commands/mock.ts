import { startAuthMock } from '@tokenward/auth-mock'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'

/** Options of the `mock` command. */
export interface MockOptions {
  readonly port?: number
  readonly clientId?: string
  readonly origin?: readonly string[]
}

/** Runs `auth-mock` until Ctrl-C, and prints its address and a first token, which is good for nothing else. */
export async function mock({ port, clientId: id, origin }: MockOptions, output: Output): Promise<number> {
  await using server = await startAuthMock({
    ...(port !== undefined && { port }),
    ...(id !== undefined && { clientId: id }),
    ...(origin && { allowedOrigins: origin }),
  }).catch(refuse)
  const token = server.issueToken()
  const { url, clientId } = server
  output.result(`mock of client ${clientId} at ${url}\na first token:\n${token}`, { url, clientId, token })
  output.note(`\ntry: TOKENWARD_BASE_URL=${url} tokenward-auth-cli verify\nCtrl-C ends it`)
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve))
  return exitCodes.yes
}

function refuse({ code }: NodeJS.ErrnoException): never {
  throw new CliError(
    code
      ? `the mock cannot listen there (${code})`
      : '--origin must be an origin, such as http://localhost:5173, and --client-id must not be empty',
  )
}
