// What is stored, and by whom: one entry of the storage of this tab, where the session itself is kept there, so that both outlive the page.
//   key     the app's name and "began"
//   value   "<token>|<seen>": the 32-bit fingerprint of the token that the session has, and when this tab first saw the session, by this
//           machine's clock, in milliseconds since the epoch
import { orUndefined, readTokenIssuedAt } from '@tokenward/auth-core'
import type { EntryStorage } from '../platform/storage-entries.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import type { Session } from '../session/session.ts'
import { readToken } from './clear-session.ts'
import type { EndedSession } from './ended-sessions.ts'

/** What this tab remembers of the session that it holds. All of it belongs to one user, and is forgotten with the session. */
export interface KnownSession {
  /** Notes which session there is, such as after a write past this client. */
  readonly look: () => void
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
  /** When this tab first saw it, by this machine's clock. */
  readonly seenAt: number
}

/** @param findTab looks up the storage of this tab, where the session itself is kept there; may throw */
export function createKnownSession(
  name: string,
  session: Session,
  findTab: () => EntryStorage | undefined,
): KnownSession {
  let memory: Memory | undefined
  const key = `${name}began`
  const forget = (): void => {
    memory = undefined
  }
  /** Notes a token. Its session began now, unless it is the next token of the one that is known. */
  const note = (token: string, isRefresh: boolean): Memory => {
    const id = fingerprint(token)
    if (!isRefresh || !memory) {
      const [storedId, storedAt] = orUndefined(() => findTab()?.getItem(key)?.split('|')) ?? []
      const isStored = isRefresh && storedId === id
      memory = { user: '', tokens: new Set(), seenAt: isStored ? Number(storedAt) : Date.now() }
    }
    const { tokens, seenAt } = memory
    memory.user = fingerprint(userOf(token))
    tokens.add(id)
    orUndefined(() => findTab()?.setItem(key, `${id}|${seenAt}`))
    return memory
  }
  const recall = (token: string): Memory => {
    if (memory && memory.user !== fingerprint(userOf(token))) memory = undefined
    return note(token, true)
  }

  return {
    note,
    forget,
    look() {
      const token = readToken(session)
      if (token) recall(token)
      else forget()
    },
    hasEnded({ user, token: endedToken, issuedAt, endedAt }) {
      const token = readToken(session)
      if (!token) return false
      if (fingerprint(token) === endedToken) return true
      // Only that token has died; this session has another one.
      if (!user) return false
      // Where all tabs share one session, a token that this page did not keep itself was written by another tab: it may be of a new session.
      const isOurs = !session.shared || memory?.tokens.has(fingerprint(token))
      const held = recall(token)
      if (isOurs && held.tokens.has(endedToken)) return true
      // Where all tabs share one session, another token of the same user is a newer one.
      if (session.shared || held.user !== user) return false
      // Two times of this machine's clock, or two of the service's: the clocks may differ by hours.
      return held.seenAt <= endedAt || Number(readTokenIssuedAt(token)) < Number(issuedAt)
    },
  }
}
