import { createClient, type ServiceOptions } from '../service/client.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { requireToken } from '../token-input/read-token.ts'

/** Revokes one token; with `confirm`, until the service itself says that it is dead. */
export async function revoke(
  options: ServiceOptions & { readonly confirm?: true },
  output: Output,
): Promise<number> {
  const { confirm = false } = options
  const client = createClient(options)
  const token = await requireToken(output)
  const { outcome } = await (confirm ? client.revokeAndVerifyToken(token) : client.revokeToken(token))
  const words = outcome === 'revoked' ? 'revoked' : 'was already inactive'
  const proof = confirm ? ', and the service says that it is dead' : ''
  output.result(output.paint('good', words) + proof, { outcome, confirmed: confirm })
  return exitCodes.yes
}
