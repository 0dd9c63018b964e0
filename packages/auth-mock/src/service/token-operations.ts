import { isBearerToken } from '@tokenward/auth-core'
import { credentialsOf } from '../http/received-request.ts'
import { malformedToken, refuseWithoutBearer } from './bearer.ts'
import { looksLikeJwt } from './mint-token.ts'
import type { Perform } from './service.ts'

/** Answers what the service knows about the token in Authorization. */
export const verifyToken: Perform = ({ tokens }, request) => {
  const token = request.bearer
  if (token === undefined) return refuseWithoutBearer(request)
  const known = tokens.find(token)
  if (known?.state === 'active') {
    const { clientId, sub, scope } = known
    return { status: 200, body: { token_type: 'Bearer', client_id: clientId, sub, scope } }
  }
  return known || looksLikeJwt(token) ? { status: 200, body: {} } : malformedToken
}

/** Ends every token that the request names, in Authorization or in its body. To end a dead or unknown one is no error. */
export const revokeToken: Perform = ({ tokens, sessions }, request, failedRevocation) => {
  const credentials = credentialsOf(request)
  if (request.hasMalformedBearer || !credentials.every(isBearerToken)) return malformedToken
  if (credentials.length === 0) return refuseWithoutBearer(request)
  if (failedRevocation === 'ignored') return { status: 200, body: {} }
  for (const token of credentials) {
    tokens.revoke(token, failedRevocation?.lateMs)
    sessions.endRefreshToken(token)
  }
  return { status: 200, body: {} }
}

/** Answers the public keys that tokens are signed with, to everyone. */
export const getCerts: Perform = ({ keys }) => ({ status: 200, body: keys.publicKeys() })
