import type { VerifyTokenResult } from '@tokenward/auth-node'
import { createClient, type ServiceOptions } from '../service/client.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { requireToken } from '../token-input/read-token.ts'

/** Asks the service whether a token is alive. Exit code 0 when it is, 1 when it is not. */
export async function verify(options: ServiceOptions, output: Output): Promise<number> {
  const client = createClient(options)
  const result = await client.verifyToken(await requireToken(output))
  output.result(describe(result, output), result)
  return result.active ? exitCodes.yes : exitCodes.no
}

const reasons = {
  malformed: 'it cannot be a bearer token; give it without "Bearer" and without quotes',
  expired: 'its own expiry has passed',
  rejected: 'the service does not know it, or no longer',
} as const

function describe(result: VerifyTokenResult, { paint, quote }: Output): string {
  if (!result.active) return `${paint('bad', 'inactive')}: ${reasons[result.reason]}`
  const { sub, client_id, scope } = result
  const fields = Object.entries({ sub, client_id, scope }).filter(([, value]) => value !== undefined)
  return [
    paint('good', 'active'),
    ...fields.map(([name, value]) => `  ${name.padEnd(9)} ${quote(`${value}`)}`),
  ].join('\n')
}
