import { createHash } from 'node:crypto'
import { fieldsOf } from '../options/assert-fields.ts'
import { authError, missingCredentials, type Answer, type Arrival } from '../http/answer.ts'
import type { Service } from './operations.ts'
import type { Session } from './session-store.ts'
import { defaultLifetime } from './token-store.ts'

const credentials = ({ access, refreshToken }: Session): Answer => ({
  status: 200,
  body: {
    token_type: 'Bearer',
    access_token: access.token,
    refresh_token: refreshToken,
    expires_in: defaultLifetime,
    scope: access.scope,
    sub: access.sub,
  },
})

/** Signs in whoever owns the device: the same device id is the same user again. */
export const signInAnonymously = ({ sessions }: Service, { headers, search }: Arrival): Answer => {
  const device = headers['x-device-id']
  if (typeof device !== 'string') return authError('invalid_argument', 'x-device-id is missing')
  const sub = createHash('sha256').update(device).digest('base64url').slice(0, 22)
  const clientId = new URLSearchParams(search).get('client_id')
  return credentials(sessions.open({ anonymous: true, sub, ...(clientId && { clientId }) }))
}

/** Renews a session; its refresh token is dead from then on, its access token lives on. */
export const refreshToken = ({ sessions }: Service, { body }: Arrival): Answer => {
  const fields = fieldsOf(body)
  const token = fields.get('refresh_token')
  if (fields.get('grant_type') !== 'refresh_token')
    return { status: 400, body: oauthError('unsupported_grant_type', 'only refresh_token is granted') }
  const session = typeof token === 'string' ? sessions.refresh(token) : undefined
  return session
    ? credentials(session)
    : { status: 400, body: oauthError('invalid_grant', 'the refresh token is not valid') }
}

/** Ends the session of the token in Authorization, also when that token has expired. */
export const signOut = ({ ledger, sessions }: Service, arrival: Arrival): Answer => {
  if (arrival.bearer === undefined) return missingCredentials(arrival)
  sessions.endAccessToken(arrival.bearer)
  ledger.revoke(arrival.bearer)
  return { status: 200, body: {} }
}

/** Answers who the token in Authorization belongs to; the vendor's SDK asks right after signing in. */
export const getUser = ({ ledger }: Service, arrival: Arrival): Answer => {
  if (arrival.bearer === undefined) return missingCredentials(arrival)
  const known = ledger.find(arrival.bearer)
  return known?.state === 'active'
    ? {
        status: 200,
        body: { sub: known.sub, name: known.scope === 'anonymous' ? 'anonymous' : '', status: 'ACTIVE' },
      }
    : authError('unauthenticated', 'token check failed')
}

// These two names are OAuth's, which have no number of the service's own that is known.
const oauthError = (error: string, description: string): object => ({ error, error_description: description })
