import { readOptions } from '@tokenward/auth-core'
import {
  cloudbaseSessionOptionNames,
  type CloudbaseSessionOptions as SdkOptions,
  createCloudbaseSession,
} from '../session/cloudbase-session.ts'
import type { Session } from '../session/session.ts'
import { createStoredSession } from '../session/stored-session.ts'
import { findPlatform } from './mini-program-platform.ts'
import type { MiniProgram } from './mini-program.ts'

/** Options of {@link wxStorageSession}. */
export interface WxStorageSessionOptions {
  /** The key whose value is the access token. */
  readonly key: string
  /** The mini-program's global, such as `uni` or `Taro`. @default the global `wx` */
  readonly platform?: MiniProgram | undefined
}

/**
 * Keeps the token in the storage of the mini-program, as plain text under one key; in memory where storage is full.
 *
 * @throws {AuthConfigurationError} when `key` is no text or empty, or `platform` cannot be used
 *
 * @example
 * ```ts
 * const session = wxStorageSession({ key: 'access_token' })
 * const auth = createAuthClient({ env: 'my-env', session })
 * await auth.updateSession(signInAtMyBackEnd)
 * ```
 */
export function wxStorageSession(options: WxStorageSessionOptions): Session {
  const { key, platform } = readOptions('wxStorageSession', options, { key: true, platform: true })
  return createStoredSession({ storage: 'local', key }, findPlatform(platform))
}

/** Options of {@link cloudbaseSession}. */
export interface CloudbaseSessionOptions extends SdkOptions {
  /** The mini-program's global, such as `uni` or `Taro`. @default the global `wx` */
  readonly platform?: MiniProgram | undefined
}

/**
 * Reads and clears the session of `@cloudbase/js-sdk` 3, which the SDK keeps in the storage of the mini-program. Signing in and
 * refreshing stay the SDK's business.
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
  const { platform, ...sdk } = readOptions('cloudbaseSession', options, {
    ...cloudbaseSessionOptionNames,
    platform: true,
  })
  return createCloudbaseSession(sdk, findPlatform(platform))
}
