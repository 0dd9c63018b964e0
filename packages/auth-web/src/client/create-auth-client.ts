import type { AuthClient as CoreClient } from '@tokenward/auth-core'
import { browserPlatform } from '../browser/browser-platform.ts'
import type { Session } from '../session/session.ts'
import { type AuthClientOptions, connect } from '../sign-out/connect.ts'
import { createSessionLifecycle, type SessionLifecycle } from '../sign-out/session-lifecycle.ts'

/** `Symbol.dispose` where the compiler's `lib` knows it; not every app's does. */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never

/** The operations of the service, and the session of this browser. */
export interface AuthClient extends CoreClient, SessionLifecycle, Record<DisposeKey, () => void> {
  /** The session given in the options. */
  readonly session: Session
}

/**
 * Creates a client of one environment with the browser's defaults: a kept device id, and requests that carry no cookie, no
 * referrer and never come from a cache. Listens for the other tabs from then on. Learns at once which sessions have ended while this
 * tab was elsewhere, and delivers revocations that earlier pages have left behind; sends nothing else.
 *
 * @throws {AuthConfigurationError} when an option cannot be used or is not known; its `argument` names the option
 *
 * @example
 * const auth = createAuthClient({ env: 'my-env', session: webStorageSession({ key: 'access_token' }) })
 * auth.onSignedOut(() => location.assign('/'))
 * const { local, remote } = await auth.signOut()
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const connection = connect('createAuthClient', options, browserPlatform)
  const lifecycle = createSessionLifecycle(connection)
  return {
    ...connection.auth,
    session: connection.session,
    ...lifecycle,
    // For `using`. An engine that does not know the symbol has a property named "undefined" instead.
    [Symbol.dispose]: lifecycle.close,
  }
}
