import type { AuthError } from '@tokenward/auth-core'

/** What the caller is told of a refusal. `none`: the request brought no credentials for this server. */
export type ChallengeError =
  | 'none'
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'access_denied'
  | 'temporarily_unavailable'

/**
 * Which check refused a request; for the operator, never for the caller.
 *
 * - `no_credentials`, `several_credentials`, `incomplete_credentials`: what is wrong with the headers or the URL.
 * - `foreign_origin`: a page of another origin has sent the request, or no browser has, and the token is in a cookie; see `fromCookie`.
 * - `malformed`, `expired`, `rejected`, `forged`: the token is not active; `rejected` by the service or by a revocation.
 * - `another_application`, `anonymous`, `key`, `missing_scope`: the token is active, and not meant for this route.
 * - `unavailable`: the service gave no answer; `cause` says why.
 */
export type ChallengeReason =
  | 'no_credentials'
  | 'several_credentials'
  | 'incomplete_credentials'
  | 'foreign_origin'
  | 'malformed'
  | 'expired'
  | 'rejected'
  | 'forged'
  | 'another_application'
  | 'anonymous'
  | 'key'
  | 'missing_scope'
  | 'unavailable'

/**
 * A refusal as RFC 6750 section 3 has it: fixed texts, and nothing that came with the request. `reason` and `cause` are not enumerable,
 * so that an answer made of the whole challenge does not tell the caller.
 */
export interface Challenge {
  readonly error: ChallengeError
  readonly status: 400 | 401 | 403 | 503
  /** For people. */
  readonly description: string
  /** `cache-control`, and `www-authenticate` or `retry-after` where they help. Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly reason: ChallengeReason
  /** With `unavailable`: the error of the client. Free of tokens, as all errors of this package. */
  readonly cause: AuthError | undefined
}

/** The challenges of one guard. */
export interface Challenges {
  readonly of: (reason: Exclude<ChallengeReason, 'unavailable'>) => Challenge
  readonly unavailable: (cause: AuthError) => Challenge
}

const invalidRequest = {
  status: 400,
  error: 'invalid_request',
  description: 'the request must carry exactly one access token',
} as const
const invalidToken = {
  status: 401,
  error: 'invalid_token',
  description: 'the access token is malformed, expired, revoked or not meant for this service',
} as const
const insufficientScope = {
  status: 403,
  error: 'insufficient_scope',
  description: 'the access token does not allow this',
} as const

/** What the caller is told for each reason. */
const told = {
  // Without `error` in the header, because there was none: the request had no token to be wrong.
  no_credentials: { status: 401, error: 'none', description: 'an access token is required' },
  several_credentials: invalidRequest,
  incomplete_credentials: invalidRequest,
  foreign_origin: {
    status: 403,
    error: 'access_denied',
    description: 'the request must come from a page of this service',
  },
  malformed: invalidToken,
  expired: invalidToken,
  rejected: invalidToken,
  forged: invalidToken,
  another_application: invalidToken,
  anonymous: insufficientScope,
  key: insufficientScope,
  missing_scope: insufficientScope,
} as const satisfies Record<Exclude<ChallengeReason, 'unavailable'>, Partial<Challenge>>

function create(
  visible: Omit<Challenge, 'reason' | 'cause'>,
  reason: ChallengeReason,
  cause?: AuthError,
): Challenge {
  const headers = Object.freeze({ ...visible.headers, 'cache-control': 'no-store' })
  const challenge: Challenge = { ...visible, headers, reason, cause }
  for (const name of ['reason', 'cause']) Object.defineProperty(challenge, name, { enumerable: false })
  return Object.freeze(challenge)
}

/**
 * @param realm names what is protected, in each challenge
 * @param scopes what the route requires; empty when no scope helps
 */
export function createChallenges(realm: string, scopes: readonly string[]): Challenges {
  const scope = scopes.length > 0 ? `, scope="${scopes.join(' ')}"` : ''
  const made = new Map<string, Challenge>()
  return {
    of(reason) {
      const known = made.get(reason)
      if (known) return known
      const visible = told[reason]
      const { error, description } = visible
      const details = error === 'none' ? '' : `, error="${error}", error_description="${description}"`
      const needed = error === 'insufficient_scope' ? scope : ''
      const wanted = { 'www-authenticate': `Bearer realm="${realm}"${details}${needed}` }
      // Another token would not help a page of another origin.
      const headers = error === 'access_denied' ? {} : wanted
      const challenge = create({ ...visible, headers }, reason)
      made.set(reason, challenge)
      return challenge
    },
    // An outage says nothing about the token, so it must not sign anybody out.
    unavailable(cause) {
      const retryAfterMs = cause.code === 'api' ? cause.retryAfterMs : undefined
      const seconds = Math.max(1, Math.ceil((retryAfterMs ?? 5_000) / 1_000))
      const visible = {
        error: 'temporarily_unavailable',
        status: 503,
        description: 'the access token cannot be checked at the moment',
        headers: { 'retry-after': String(seconds) },
      } as const
      return create(visible, 'unavailable', cause)
    },
  }
}
