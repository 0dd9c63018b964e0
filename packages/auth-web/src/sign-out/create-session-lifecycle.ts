import { assertArgument, assertRange, isBearerToken, readOptions } from '@tokenward/auth-core'
import { userOf } from '../session/fingerprint.ts'
import { assertListener } from '../session/session.ts'
import type { Connection } from './connect.ts'
import { isLateRefresh } from './is-late-refresh.ts'
import { createPageSession } from './page-session.ts'
import { revokeWith } from './revoke-with.ts'
import type { SessionLifecycle } from './session-lifecycle.ts'
import { watchToken } from './watch-token.ts'

/** Ties a session to the service and to the other tabs. */
export function createSessionLifecycle(connection: Connection): SessionLifecycle {
  const { session, waiting } = connection
  const page = createPageSession(connection)
  const stops = new Set<() => void>()
  // Counts the sign-outs of this tab, so that a sign-in can tell whether one came while it ran.
  let signOuts = 0
  let isClosed = false

  return {
    async signOut(options) {
      signOuts += 1
      const signedOutAt = Date.now()
      const { token, outcome } = page.end('this_tab')
      if (!token) return { ...outcome, remote: waiting.count() > 0 ? 'pending' : 'none' }
      const remote = await revokeWith(waiting, token, options)
      // A refresh that was in flight, not through updateSession, may have written the same user back. Undone once: a second token is
      // that of a new session.
      const next = page.read()
      const isSameUser = next !== token && userOf(next) === userOf(token)
      const isKnown = page.wasKept(next) || session.reportsLateToken
      if (isSameUser && !isKnown && isLateRefresh(next, token, signedOutAt))
        await waiting.revoke(page.end('this_tab').token)
      return { ...outcome, ...remote }
    },
    async updateSession(work) {
      assertArgument('work', typeof work === 'function', 'must be a function')
      const signOutsBefore = signOuts
      const before = page.read()
      const token = await work()
      assertArgument('work', isBearerToken(token), 'must resolve to a bearer token, without "Bearer"')
      const current = page.read()
      const user = userOf(token)
      // An opaque token names no user: it is a refresh only of the token that was there.
      const isRefresh = before !== '' && (user === token || user === userOf(before))
      const isUnchanged =
        current === token ||
        (isRefresh ? current === before : [userOf(before), user].includes(userOf(current)))
      if (isUnchanged && signOuts === signOutsBefore) {
        if (page.keep(token, isRefresh ? before : '')) return true
      } else if (current === token) page.clear()
      void waiting.revoke(token)
      return false
    },
    onSignedOut(listener) {
      assertListener(listener)
      return page.listen((event) => {
        if (event.type === 'signed_out') listener({ source: event.source })
      })
    },
    onSessionEvent: page.listen,
    readSession: page.readSession,
    watchSession(options) {
      const names = { everyMs: true, immediate: 'boolean' } as const
      const watch = readOptions('watchSession', options, names)
      assertRange('everyMs', watch.everyMs, 1_000)
      if (isClosed) return () => undefined
      const stop = watchToken(connection, watch, () => void waiting.revoke(page.end('service').token))
      stops.add(stop)
      return () => {
        stops.delete(stop)
        stop()
      }
    },
    pendingRevocations: waiting.count,
    close() {
      isClosed = true
      for (const stop of stops) stop()
      page.close()
      waiting.close()
    },
  }
}
