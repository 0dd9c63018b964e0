import { assertArgument, readOptions } from '@tokenward/auth-core'
import {
  cloudbaseSessionOptionNames,
  type CloudbaseSessionOptions,
  createCloudbaseSession,
} from '../session/cloudbase-session.ts'
import type { Session } from '../session/session.ts'
import { createStoredSession } from '../session/stored-session.ts'
import { browserPlatform } from './browser-platform.ts'

/** Options of {@link webStorageSession}. */
export interface WebStorageSessionOptions {
  /** The key whose value is the access token. */
  readonly key: string
  /** `local` for one session in all tabs, `session` for one in each. @default 'local' */
  readonly storage?: 'local' | 'session' | undefined
}

/**
 * Keeps the token in web storage, as plain text under one key; in this page alone where storage is blocked or full.
 *
 * Any script of the origin can read it there.
 *
 * @throws {AuthConfigurationError} when `key` is no text or empty, or `storage` is neither `local` nor `session`
 *
 * @example
 * ```ts
 * const session = webStorageSession({ key: 'access_token' })
 * const auth = createAuthClient({ env: 'my-env', session })
 * ```
 */
export function webStorageSession(options: WebStorageSessionOptions): Session {
  const { key, storage = 'local' } = readOptions('webStorageSession', options, { key: true, storage: true })
  assertArgument('storage', ['local', 'session'].includes(storage), "must be 'local' or 'session'")
  return createStoredSession({ storage, key }, browserPlatform)
}

/**
 * Reads and clears the session of `@cloudbase/js-sdk` 2 and 3, which the SDK keeps in `localStorage`. Signing in and refreshing
 * stay the SDK's business.
 *
 * @throws {AuthConfigurationError} when an option cannot be used
 *
 * @example
 * ```ts
 * const app = cloudbase.init({ env: 'my-env' })
 * const session = cloudbaseSession({ env: 'my-env', auth: app.auth() })
 * const auth = createAuthClient({ env: 'my-env', session })
 * ```
 */
export function cloudbaseSession(options: CloudbaseSessionOptions): Session {
  const read = readOptions('cloudbaseSession', options, cloudbaseSessionOptionNames)
  return createCloudbaseSession(read, browserPlatform)
}
