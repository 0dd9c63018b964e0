import type { VerifyTokenResult } from '@tokenward/auth-node'
import { openService, type ServiceOptions } from '../service/client.ts'
import { createUnreadableError } from '../service/unreadable.ts'
import { verifyAtService, whateverTheClock } from '../service/verify-at-service.ts'
import { findIdentities } from '../service/identity.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { requireToken } from '../token-input/read-token.ts'
import { describeAudience, isForeign, readPayload } from '../token-input/token-claims.ts'

/** Options of `verify` for one token. */
export interface VerifyOptions extends ServiceOptions {
  readonly anyEnvironment?: true
}

/** Asks the service whether a token is alive. Exit code 0 when it is, 1 when it is not. */
export async function verify(options: VerifyOptions, output: Output): Promise<number> {
  await using service = await openService(options, 1, whateverTheClock)
  const token = await requireToken(output)
  const claims = readPayload(token)
  const identities = findIdentities(options, service.url)
  const result = await verifyAtService(service.client, token)
  if (!options.anyEnvironment && isForeign(claims, identities)) {
    const doubt = result.active ? '' : ', and this service may not know a token that is alive elsewhere'
    output.warn(`${describeAudience(claims, identities)}${doubt}`)
  }
  if (!result.active && result.reason === 'malformed') throw createUnreadableError()
  output.result(describe(result, output), result)
  return result.active ? exitCodes.yes : exitCodes.no
}

const reasons = {
  malformed: 'it cannot be a bearer token',
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
