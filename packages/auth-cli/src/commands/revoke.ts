import { openService, type ServiceOptions } from '../service/client.ts'
import { findIdentities } from '../service/identity.ts'
import { createUnreadableError, takeUnreadable } from '../service/unreadable.ts'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { requireToken } from '../token-input/read-token.ts'
import { describeAudience, isForeign, readPayload } from '../token-input/token-claims.ts'

/** Options of `revoke` for one token. */
export interface RevokeOptions extends ServiceOptions {
  readonly confirm?: true
  readonly anyEnvironment?: true
}

/** Revokes one token; with `confirm`, until the service itself says that it is dead. */
export async function revoke(options: RevokeOptions, output: Output): Promise<number> {
  const { confirm = false, anyEnvironment = false } = options
  await using service = await openService(options)
  const token = await requireToken(output)
  const claims = readPayload(token)
  const identities = findIdentities(options, service.url)
  if (!anyEnvironment && isForeign(claims, identities))
    throw new CliError(
      `the token was not sent and may be alive: ${describeAudience(claims, identities)}. Name its own with --env and --client-id, or insist with --any-environment`,
      exitCodes.foreign,
    )
  const { client } = service
  const { outcome } = await (confirm ? client.revokeAndVerifyToken(token) : client.revokeToken(token))
  if (takeUnreadable(token)) throw createUnreadableError()
  const words = outcome === 'revoked' ? 'revoked' : 'was already inactive'
  const proof = confirm ? ', and the service says that it is dead' : ''
  output.result(output.paint('good', words) + proof, { outcome, confirmed: confirm })
  return exitCodes.yes
}
