import { readTokenIssuedAt } from '@tokenward/auth-core'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import type { Session } from '../session/session.ts'
import { readToken } from './clear-session.ts'
import type { EndedSession } from './ended-sessions.ts'

/** What this page remembers of the session that it holds. All of it belongs to one user, and is forgotten with the session. */
export interface KnownSession {
  /** Notes that `updateSession` has kept a token: of a new session, or the next token of the same one. */
  readonly note: (token: string, isRefresh: boolean) => void
  readonly forget: () => void
  /** Whether a session that ended elsewhere is the one that this page holds. */
  readonly hasEnded: (ended: EndedSession) => boolean
}

interface Memory {
  user: string
  /** Fingerprints of the tokens that the session has had. */
  readonly tokens: Set<string>
  /** When it began, by this machine's clock; `undefined` where it began without `updateSession`. */
  readonly beganAt: number | undefined
}

export function createKnownSession(session: Session): KnownSession {
  let memory: Memory | undefined

  const recall = (token: string): Memory => {
    const user = fingerprint(userOf(token))
    if (memory?.user !== user) memory = { user, tokens: new Set(), beganAt: undefined }
    memory.tokens.add(fingerprint(token))
    return memory
  }

  return {
    note(token, isRefresh) {
      const user = fingerprint(userOf(token))
      if (isRefresh && memory) memory.user = user
      else memory = { user, tokens: new Set(), beganAt: isRefresh ? undefined : Date.now() }
      memory.tokens.add(fingerprint(token))
    },
    forget() {
      memory = undefined
    },
    hasEnded({ user, token: endedToken, endedAt }) {
      const token = readToken(session)
      if (!token) return false
      if (fingerprint(token) === endedToken) return true
      // Only that token has died; this session has another one.
      if (!user) return false
      // Where all tabs share one session, a token that this page did not keep itself was written by another tab: it may be of a new session.
      const isOurs = !session.shared || memory?.tokens.has(fingerprint(token))
      const { tokens, beganAt = readTokenIssuedAt(token) ?? 0 } = recall(token)
      if (isOurs && tokens.has(endedToken)) return true
      // Where all tabs share one session, another token of the same user is a newer one.
      return !session.shared && fingerprint(userOf(token)) === user && beganAt <= endedAt
    },
  }
}
