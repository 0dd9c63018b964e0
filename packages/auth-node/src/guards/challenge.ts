/** Why a request is not let in. `none`: it brought no credentials for this server. */
export type ChallengeError =
  | 'none'
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'temporarily_unavailable'

/** A refusal as RFC 6750 section 3 has it: fixed texts, and nothing that came with the request. */
export interface Challenge {
  readonly error: ChallengeError
  readonly status: 400 | 401 | 403 | 503
  /** For people. */
  readonly description: string
  /** `www-authenticate` or `retry-after`, and `cache-control`. Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

function create(
  error: ChallengeError,
  status: Challenge['status'],
  description: string,
  headers: Record<string, string>,
): Challenge {
  const all = Object.freeze({ ...headers, 'cache-control': 'no-store' })
  return Object.freeze({ error, status, description, headers: all })
}

function bearer(
  error: ChallengeError,
  status: Challenge['status'],
  description: string,
  scope?: string,
): Challenge {
  const attributes = `error="${error}", error_description="${description}"${scope ? `, scope="${scope}"` : ''}`
  return create(error, status, description, { 'www-authenticate': `Bearer ${attributes}` })
}

/** Says nothing about an error, because there was none: the request had no token to be wrong. */
export const noCredentials: Challenge = create('none', 401, 'an access token is required', {
  'www-authenticate': 'Bearer',
})

export const invalidRequest: Challenge = bearer(
  'invalid_request',
  400,
  'the request must carry one access token, in one Authorization header',
)

export const invalidToken: Challenge = bearer(
  'invalid_token',
  401,
  'the access token is malformed, expired, revoked or not meant for this service',
)

/** @param scopes what the request would have needed; empty when no scope helps */
export function insufficientScope(scopes: readonly string[]): Challenge {
  return bearer('insufficient_scope', 403, 'the access token does not allow this', scopes.join(' '))
}

/** An outage says nothing about the token, so that nobody is to sign out over it. */
export function unavailable(retryAfterMs: number | undefined): Challenge {
  const seconds = Math.max(1, Math.ceil((retryAfterMs ?? 5_000) / 1_000))
  return create('temporarily_unavailable', 503, 'the access token cannot be checked at the moment', {
    'retry-after': String(seconds),
  })
}
