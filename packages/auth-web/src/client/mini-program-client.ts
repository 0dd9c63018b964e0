import { readOptions } from '@tokenward/auth-core'
import { findPlatform } from '../mini-program/mini-program-platform.ts'
import type { MiniProgram } from '../mini-program/mini-program.ts'
import { type AuthClientOptions as WebOptions, clientOptionNames } from '../sign-out/connect.ts'
import { type AuthClient, createClient } from './auth-client.ts'

/**
 * Options of `createAuthClient` in a mini-program. Either `env` or `baseUrl` is required.
 *
 * @example
 * ```ts
 * const options: AuthClientOptions = {
 *   env: 'my-env',
 *   session: wxStorageSession({ key: 'access_token', platform: uni }),
 *   platform: uni,
 * }
 * ```
 */
export interface AuthClientOptions extends WebOptions {
  /** The mini-program's global, such as `uni` or `Taro`. @default the global `wx` */
  readonly platform?: MiniProgram | undefined
}

/**
 * Creates a client of one environment for a mini-program: requests over `wx.request`, and the device id, the session and the revocations
 * that wait in its storage. One client serves all pages of the app, such as one that `app.js` makes. Delivers at once what an earlier run
 * of the app has left behind; sends nothing else.
 *
 * @throws {AuthConfigurationError} when an option cannot be used or is not known, or there is no global `wx` and no `platform`
 *
 * @example
 * ```ts
 * const session = wxStorageSession({ key: 'access_token' })
 * const auth = createAuthClient({ env: 'my-env', session, platform: wx })
 * auth.onSignedOut(() => wx.reLaunch({ url: '/pages/sign-in/index' }))
 * const { local, remote } = await auth.signOut()
 * ```
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const names = { ...clientOptionNames, platform: true } as const
  const { platform, ...rest } = readOptions('createAuthClient', options, names)
  return createClient(rest, findPlatform(platform))
}
