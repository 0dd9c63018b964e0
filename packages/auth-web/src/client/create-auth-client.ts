import type { AuthClient as CoreClient, AuthClientOptions as CoreOptions } from '@tokenward/auth-core'
import { createBrowserClient } from '../browser/browser-client.ts'
import { nameOf } from '../sign-out/end-session.ts'
import { keepPending, type PendingPlace } from '../sign-out/waiting-revocations.ts'
import { memorySession, type Session } from '../session/session.ts'
import { controlSession, type SessionControl } from '../sign-out/session-lifecycle.ts'

/** Options of `createAuthClient`. Either `env` or `baseUrl` is required. */
export interface AuthClientOptions extends CoreOptions {
  /** Where the page keeps its access token. @default memorySession() */
  readonly session?: Session | undefined
  /**
   * Where revocations wait that could not be delivered, so that they survive this page: the name of a web storage, or a store of
   * your own. The risk: such a token is still alive, and any script of the origin can read it there until it has been delivered, at
   * most a day. @default left out: they wait in memory, and the browser is asked to deliver them while the page closes
   */
  readonly pendingStore?: PendingPlace | undefined
}

/** The operations of the service, and the session of this browser. */
export interface AuthClient extends CoreClient, SessionControl {
  /** The session given in the options. */
  readonly session: Session
}

/**
 * Creates a client of one environment with the browser's defaults: a kept device id, and requests that carry no cookie, no
 * referrer and never come from a cache. Listens for the other tabs from then on; sends nothing unless an earlier page has left
 * revocations behind.
 *
 * @throws {AuthConfigurationError} when an option cannot be used; its `argument` names the option
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const { session = memorySession() } = options
  const auth = createBrowserClient(options)
  const name = nameOf(options)
  return { ...auth, session, ...controlSession(auth, session, keepPending(auth, options, name), name) }
}
