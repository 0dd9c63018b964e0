import type { AuthClient as CoreClient } from '@tokenward/auth-core'
import type { Platform } from '../platform/platform.ts'
import type { Session } from '../session/session.ts'
import { type AuthClientOptions, connect } from '../sign-out/connect.ts'
import { createSessionLifecycle } from '../sign-out/create-session-lifecycle.ts'
import type { SessionLifecycle } from '../sign-out/session-lifecycle.ts'

/** `Symbol.dispose` where the compiler's `lib` knows it; not every app's does. */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never

/** The operations of the service, and the session of this browser or mini-program. */
export interface AuthClient extends CoreClient, SessionLifecycle, Record<DisposeKey, () => void> {
  /** The session given in the options. */
  readonly session: Session
}

/**
 * Creates the client of a platform.
 *
 * @throws {AuthConfigurationError} when an option cannot be used or is not known; its `argument` names the option
 */
export function createClient(options: AuthClientOptions, platform: Platform): AuthClient {
  const connection = connect('createAuthClient', options, platform)
  const lifecycle = createSessionLifecycle(connection)
  return {
    ...connection.auth,
    session: connection.session,
    ...lifecycle,
    // For `using`. An engine that does not know the symbol has a property named "undefined" instead.
    [Symbol.dispose]: lifecycle.close,
  }
}
