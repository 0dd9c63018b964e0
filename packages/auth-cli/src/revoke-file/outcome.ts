import { type AuthClient, isAuthError } from '@tokenward/auth-node'
import { describeError } from '../bulk/line-report.ts'
import { takeUnreadable } from '../service/unreadable.ts'

/** What became of a token. */
export type Outcome =
  /** The service accepted the revocation; with `--confirm` it also says that the token is dead. */
  | 'revoked'
  /** The service said that it was dead before. */
  | 'already_inactive'
  /** The service accepted the revocation, but did not say that the token is dead. */
  | 'unconfirmed'
  /** The service is not known to have accepted the revocation. The token may be alive. */
  | 'failed'
  /** The service cannot read it as a token. The one that it was meant to be may be alive. */
  | 'unreadable'

/** An outcome, and for a bad one, what the service said. */
export interface Settled {
  readonly outcome: Outcome
  /** One word or two; never a token. */
  readonly detail: string
}

/** The outcomes after which a token is left alone. */
export const deadOutcomes: readonly Outcome[] = ['revoked', 'already_inactive']

/** Revokes a token and tells what became of it. Never rejects for what the service or the network does. */
export async function settle(client: AuthClient, token: string, confirm: boolean): Promise<Settled> {
  try {
    const { outcome } = await (confirm ? client.revokeAndVerifyToken(token) : client.revokeToken(token))
    return takeUnreadable(token) ? { outcome: 'unreadable', detail: 'api 400' } : { outcome, detail: '' }
  } catch (error) {
    takeUnreadable(token)
    if (!isAuthError(error) || error.code === 'configuration') throw error
    const isAccepted = error.code === 'still_active' || error.operation === 'verifyToken'
    return { outcome: isAccepted ? 'unconfirmed' : 'failed', detail: describeError(error) }
  }
}
