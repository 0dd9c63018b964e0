import { authError, missingCredentials, type Answer, type Arrival } from '../http/answer.ts'
import type { Fault } from '../faults/fault.ts'
import { credentialsOf } from '../http/received-request.ts'
import { looksLikeJwt } from './mint-token.ts'
import type { Service } from './operations.ts'

/** Answers what the service knows about the token in Authorization. */
export const verifyToken = ({ ledger }: Service, arrival: Arrival): Answer => {
  const token = arrival.bearer
  if (token === undefined) return missingCredentials(arrival)
  const known = ledger.find(token)
  if (known?.state === 'active') {
    const { clientId, sub, scope } = known
    return { status: 200, body: { token_type: 'Bearer', client_id: clientId, sub, scope } }
  }
  return known || looksLikeJwt(token)
    ? { status: 200, body: {} }
    : authError('failed_precondition', 'the token is malformed')
}

/** Ends every token that the request names, in Authorization or in its body; dead and unknown ones are no error. */
export const revokeToken = ({ ledger, sessions }: Service, arrival: Arrival, fault?: Fault): Answer => {
  const credentials = credentialsOf(arrival)
  if (credentials.length === 0) return missingCredentials(arrival)
  if (fault?.revocation === 'ignored') return { status: 200, body: {} }
  for (const token of credentials) {
    ledger.revoke(token, fault?.revocation?.lateMs)
    sessions.endRefreshToken(token)
  }
  return { status: 200, body: {} }
}
