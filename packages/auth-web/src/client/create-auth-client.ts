import { browserPlatform } from '../browser/browser-platform.ts'
import type { AuthClientOptions } from '../sign-out/connect.ts'
import { type AuthClient, createClient } from './auth-client.ts'

/**
 * Creates a client of one environment with the browser's defaults: a kept device id, and requests that carry no cookie, no
 * referrer and never come from a cache. Listens for the other tabs from then on. Learns at once which sessions have ended while this
 * tab was elsewhere, and delivers revocations that earlier pages have left behind; sends nothing else.
 *
 * @throws {AuthConfigurationError} when an option cannot be used or is not known; its `argument` names the option
 *
 * @example
 * ```ts
 * const auth = createAuthClient({ env: 'my-env', session: webStorageSession({ key: 'access_token' }) })
 * auth.onSignedOut(() => location.assign('/'))
 * const { local, remote } = await auth.signOut()
 * ```
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return createClient(options, browserPlatform)
}
