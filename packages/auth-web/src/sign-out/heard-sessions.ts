import type { Platform } from '../platform/platform.ts'
import { createDayEntries } from '../platform/storage-entries.ts'
import type { Session } from '../session/session.ts'
import type { EndedSession } from './ended-sessions.ts'

/**
 * Keeps the ended sessions that this tab has dealt with, so that it deals with each once. A session in sessionStorage outlives the page,
 * so this list is kept there as well; else it is kept in memory.
 *
 * @returns a function that notes an ended session, and tells whether it is new to this tab
 */
export function createHeardSessions(
  name: string,
  session: Session,
  platform: Platform,
): (ended: EndedSession) => boolean {
  const heard = createDayEntries(`${name}heard|`, () =>
    session.storedAt?.storage === 'session' ? platform.findStorage('session') : undefined,
  )
  return ({ user, token, endedAt }) => {
    const id = `${user}.${token}.${endedAt}`
    const isKnown = heard.has(id)
    if (!isKnown) heard.add(id, Date.now())
    return !isKnown
  }
}
