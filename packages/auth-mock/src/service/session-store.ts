import { randomBytes } from 'node:crypto'
import type { IssuedToken, IssueTokenOptions, TokenStore } from './token-store.ts'

const refreshLifetimeMs = 30 * 24 * 3600 * 1000

/** An access token with the refresh token that renews it. */
export interface Session {
  readonly access: IssuedToken
  readonly refreshToken: string
}

/** The sessions of one mock. */
export interface SessionStore {
  readonly open: (user: IssueTokenOptions) => Session
  /** Opens the session that follows, once; `undefined` when the refresh token is used, ended, too old or unknown. */
  readonly refresh: (refreshToken: string) => Session | undefined
  /** Ends one refresh token; the access token that came with it lives on. */
  readonly endRefreshToken: (refreshToken: string) => void
  /** Ends the refresh token that came with an access token. */
  readonly endAccessToken: (accessToken: string) => void
  readonly clear: () => void
}

/** Creates the session store of one mock, whose access tokens are those of its token store. */
export function createSessionStore(tokens: TokenStore, now: () => number): SessionStore {
  const sessions = new Map<string, { user: IssueTokenOptions; access: string; until: number }>()

  function open(user: IssueTokenOptions): Session {
    const access = tokens.issue(user)
    const refreshToken = randomBytes(32).toString('base64url')
    const { sub } = access
    sessions.set(refreshToken, {
      user: { ...user, sub },
      access: access.token,
      until: now() + refreshLifetimeMs,
    })
    return { access, refreshToken }
  }

  return {
    open,
    refresh(refreshToken) {
      const session = sessions.get(refreshToken)
      sessions.delete(refreshToken)
      return session && now() < session.until ? open(session.user) : undefined
    },
    endRefreshToken: (refreshToken) => void sessions.delete(refreshToken),
    endAccessToken(accessToken) {
      for (const [refreshToken, { access }] of sessions)
        if (access === accessToken) sessions.delete(refreshToken)
    },
    clear: () => sessions.clear(),
  }
}
