import { createHash } from 'node:crypto'
import { authError, type Answer } from '../http/answer.ts'
import { fieldOf } from '../options/field-of.ts'
import { refuseWithoutBearer } from './bearer.ts'
import type { Perform } from './service.ts'
import type { Session } from './session-store.ts'
import { defaultLifetime } from './token-store.ts'

function credentials({ access, refreshToken: refresh_token }: Session): Answer {
  const { token: access_token, scope, sub } = access
  const body = { token_type: 'Bearer', access_token, refresh_token, expires_in: defaultLifetime, scope, sub }
  return { status: 200, body }
}

/** Signs the owner of the device in: the same device id is the same user again. */
export const signInAnonymously: Perform = ({ sessions }, { headers, search }) => {
  const device = headers['x-device-id']
  if (typeof device !== 'string') return authError('invalid_argument', 'x-device-id is missing')
  const sub = createHash('sha256').update(device).digest('base64url').slice(0, 22)
  const clientId = new URLSearchParams(search).get('client_id')
  return credentials(sessions.open({ anonymous: true, sub, ...(clientId && { clientId }) }))
}

/** Renews a session. Its refresh token is dead from then on, its access token lives on. */
export const refreshToken: Perform = ({ sessions }, { body }) => {
  const token = fieldOf(body, 'refresh_token')
  if (fieldOf(body, 'grant_type') !== 'refresh_token')
    return oauthError('unsupported_grant_type', 'only refresh_token is granted')
  const session = typeof token === 'string' ? sessions.refresh(token) : undefined
  return session ? credentials(session) : oauthError('invalid_grant', 'the refresh token is not valid')
}

/** Ends the session of the token in Authorization, also when that token has expired. */
export const signOut: Perform = ({ tokens, sessions }, request) => {
  if (request.bearer === undefined) return refuseWithoutBearer(request)
  sessions.endAccessToken(request.bearer)
  tokens.revoke(request.bearer)
  return { status: 200, body: {} }
}

/** Answers who the token in Authorization belongs to; the vendor's SDK asks right after signing in. */
export const getUser: Perform = ({ tokens }, request) => {
  if (request.bearer === undefined) return refuseWithoutBearer(request)
  const known = tokens.find(request.bearer)
  if (known?.state !== 'active') return authError('unauthenticated', 'token check failed')
  const name = known.scope === 'anonymous' ? 'anonymous' : ''
  return { status: 200, body: { sub: known.sub, name, status: 'ACTIVE' } }
}

// These names are OAuth's. The service's own numbers for them are not known.
function oauthError(error: string, description: string): Answer {
  return { status: 400, body: { error, error_description: description } }
}
