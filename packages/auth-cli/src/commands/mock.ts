import { mockFlags, type MockFlagValues, startMockFromFlags } from '@tokenward/auth-mock/flags'
import { isAuthError } from '@tokenward/auth-node'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { toOption } from './mock-flags.ts'

/** Options of the `mock` command, by the names that commander makes of the flags of auth-mock. */
export type MockOptions = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Runs `auth-mock` until Ctrl-C, and prints its address and a first token, which is good for nothing else. */
export async function mock(options: MockOptions, output: Output): Promise<number> {
  const values: MockFlagValues = Object.fromEntries(
    mockFlags.map((flag) => [flag.name, options[toOption(flag).attributeName()]]),
  )
  await using server = await startMockFromFlags(values).catch(refuse)
  const token = server.issueToken()
  const { url, clientId } = server
  output.result(`mock of client ${clientId} at ${url}\na first token:\n${token}`, { url, clientId, token })
  output.note(`\n${describeTry(url, values)}\nCtrl-C ends it`)
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve))
  return exitCodes.yes
}

/** Says how to ask the mock. Nobody trusts a certificate that it has made, until it is saved and named. */
function describeTry(url: string, { cert, 'save-cert': saved }: MockFlagValues): string {
  const attempt = `TOKENWARD_BASE_URL=${url} tokenward verify`
  if (typeof saved === 'string') return `try: NODE_EXTRA_CA_CERTS='${saved}' ${attempt}`
  return url.startsWith('https:') && cert === undefined
    ? 'to ask it: save its certificate with --save-cert, and name that file in NODE_EXTRA_CA_CERTS'
    : `try: ${attempt}`
}

function refuse(error: NodeJS.ErrnoException): never {
  throw new CliError(
    isAuthError(error) ? error.message : `the mock cannot listen there (${error.code ?? error.name})`,
  )
}
