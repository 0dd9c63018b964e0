import { authError, gatewayError, type Answer, type Arrival } from './answer.ts'
import { looksLikeJwt } from './mint-token.ts'
import type { TokenLedger } from './token-ledger.ts'

/** The operations of the service that the mock answers. */
export type Operation = 'verifyToken' | 'revokeToken'

export interface Route {
  readonly operation: Operation
  readonly method: string
  readonly path: string
}

/** Where each operation is served. */
export const routes: readonly Route[] = [
  { operation: 'verifyToken', method: 'GET', path: '/auth/v1/token/introspect' },
  { operation: 'revokeToken', method: 'POST', path: '/auth/v1/revoke' },
]

const missingCredentials = ({ requestId }: Arrival): Answer =>
  gatewayError('MISSING_CREDENTIALS', 'credentials are missing', 401, requestId)

/** Answers what the service knows about the token in Authorization. */
export const verifyToken = (ledger: TokenLedger, arrival: Arrival): Answer => {
  const [token] = arrival.credentials
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
export const revokeToken = (ledger: TokenLedger, arrival: Arrival, lateMs = 0): Answer => {
  if (arrival.credentials.length === 0) return missingCredentials(arrival)
  for (const token of arrival.credentials) ledger.revoke(token, lateMs)
  return { status: 200, body: {} }
}
