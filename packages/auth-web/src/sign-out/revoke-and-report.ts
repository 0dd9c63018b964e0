import {
  type AuthApiError,
  type AuthClient,
  type AuthError,
  isBearerToken,
  type RequestOptions,
} from '@tokenward/auth-core'

/** What became of the token at the service. */
export interface RemoteOutcome {
  /**
   * `revoked`, `already_inactive`: the service itself says that the token is dead. It says so as well of a text that it cannot read as a
   * token, such as half of one. `pending`: not known to be delivered yet. `unconfirmed`: the service has accepted the revocation, but has
   * not yet confirmed that the token is dead. The client retries a `pending` or `unconfirmed` revocation for about a day: in later pages as
   * well where it could be stored, else for as long as this page is open. A text that cannot be a bearer token is `unconfirmed` as well: the
   * client neither sends nor retries it. `none`: no token was found that could be revoked.
   */
  readonly remote: 'revoked' | 'already_inactive' | 'pending' | 'unconfirmed' | 'none'
  /** Why it is `pending` or `unconfirmed`. */
  readonly error?: AuthError
}

/** Revokes a token and has it proven dead, once. Never rejects. */
export function revokeAndReport(
  auth: AuthClient,
  token: string,
  options: RequestOptions,
): Promise<RemoteOutcome> {
  return auth.revokeAndVerifyToken(token, options).then(
    ({ outcome }) => ({ remote: outcome }),
    // The client throws nothing else.
    (error: AuthError) => {
      const isDelivered =
        error.code === 'still_active' || (error as Partial<AuthApiError>).operation === 'verifyToken'
      return { remote: isDelivered || !isBearerToken(token) ? 'unconfirmed' : 'pending', error }
    },
  )
}
