import { assertArgument, type OptionNames, orUndefined } from '@tokenward/auth-core'
import type { Platform } from '../platform/platform.ts'
import type { EntryStorage } from '../platform/storage-entries.ts'
import { createChangeListeners, type Session } from './session.ts'

/** Options of `cloudbaseSession`. */
export interface CloudbaseSessionOptions {
  /** The environment id, as given to the SDK. */
  readonly env: string
  /** The client id, where the SDK was given one. @default that of `auth`, else `env`; also where it is empty, as for the SDK */
  readonly clientId?: string | undefined
  /**
   * `app.auth()` of the SDK, which keeps a copy of the session in memory. @default left out; the copy then lasts until a reload, a
   * refresh of the SDK that is in flight during a sign-out can write the session back, and the SDK's own listeners hear nothing
   */
  readonly auth?: { setCredentials(credentials: never): unknown } | undefined
}

export const cloudbaseSessionOptionNames: OptionNames<CloudbaseSessionOptions> = {
  env: true,
  clientId: true,
  auth: true,
}

/** What is used of the SDK beside its documented methods. All of it may be missing in another version. */
interface SdkInternals {
  readonly config?: {
    readonly clientId?: string
    readonly eventBus?: { readonly fire?: (event: string, data: object) => unknown }
  }
}

/**
 * Reads and clears the session of `@cloudbase/js-sdk` 2 and 3 in the local storage of a platform.
 *
 * @throws {AuthConfigurationError} when an option cannot be used
 */
export function createCloudbaseSession(options: CloudbaseSessionOptions, platform: Platform): Session {
  const { env, auth } = options
  assertArgument('env', typeof env === 'string' && env !== '', 'must be an environment id')
  assertArgument('auth', !auth || typeof auth.setCredentials === 'function', 'must be app.auth() of the SDK')
  const { config } = (auth ?? {}) as SdkInternals
  const clientId = options.clientId || config?.clientId || env
  const key = `credentials_${clientId}`
  const storage = (): EntryStorage => platform.findStorage('local')
  const { onChange, notify } = createChangeListeners()
  // Whether the SDK's listeners have heard of the last sign-out. Listeners that sign out once more must not go on for ever.
  let isTold = false

  // Throws where storage is blocked. A damaged entry counts as missing, as it does for the SDK.
  const readStored = (): { access_token?: unknown } | undefined => {
    const text = storage().getItem(key)
    return orUndefined(() => JSON.parse(text ?? 'null') as object) ?? undefined
  }
  const read = (): string | undefined => {
    const token = readStored()?.access_token
    if (typeof token !== 'string' || !token) return undefined
    isTold = false
    return token
  }
  const endInSdk = async (onLateToken: (token: string) => void): Promise<void> => {
    // What another tab has written since then.
    let newer: string | null | undefined
    const stop = platform.on('stored', (event) => {
      if (event.key === key) newer = event.newValue
    })
    // The SDK's calls wait for each other. Each looks at `expires_in` when its turn comes: what storage holds by then was written
    // by a refresh that was in flight, or else is a newer session of another tab, which the SDK must not remove.
    const noCredentials = {
      get expires_in(): undefined {
        const late = orUndefined(read)
        if (late && storage().getItem(key) === newer) throw new Error('a newer session')
        if (late) onLateToken(late)
        return undefined
      },
    }
    try {
      await auth?.setCredentials(noCredentials as never)
    } finally {
      stop()
    }
    if (isTold) return
    isTold = true
    config?.eventBus?.fire?.('loginStateChanged', { eventType: 'sign_out' })
    config?.eventBus?.fire?.('authStateChanged', { event: 'SIGNED_OUT' })
  }

  return {
    shared: true,
    storedAt: { storage: 'local', key },
    clientId,
    reportsLateToken: auth !== undefined,
    read,
    onChange,
    write(token) {
      storage().setItem(key, JSON.stringify({ ...readStored(), access_token: token }))
      notify()
    },
    clear(onLateToken = () => undefined) {
      try {
        storage().removeItem(key)
        storage().removeItem(`user_info_${env}`)
      } finally {
        notify()
        if (auth) endInSdk(onLateToken).catch(() => undefined)
      }
    },
  }
}
