import { createAuthClient } from '@tokenward/auth-core'
import { createDeviceIdReader } from '../platform/device-id.ts'
import type { Channel, Platform, PlatformEvent } from '../platform/platform.ts'
import { createMiniProgramFetch } from './mini-program-fetch.ts'
import { createMiniProgramStorage } from './mini-program-storage.ts'
import { findMiniProgram, type MiniProgram } from './mini-program.ts'

type AppEvent = 'AppShow' | 'AppHide' | 'NetworkStatusChange'

/** The events of the app that each event of the platform stands for. All pages of an app share one realm, which never freezes alone. */
const appEvents: Readonly<Record<PlatformEvent, readonly AppEvent[]>> = {
  stored: [],
  look: ['AppShow'],
  visible: ['AppShow', 'AppHide'],
  online: ['NetworkStatusChange'],
  leave: ['AppHide'],
  freeze: [],
  thaw: [],
}

// One for each app object, because an app or a plugin may have several clients and sessions.
const platforms = new WeakMap<MiniProgram, Platform>()

/**
 * Finds the platform of a mini-program.
 *
 * @param given the mini-program's global; `wx` by default
 * @throws {AuthConfigurationError} when there is none, or a method that is needed is missing
 */
export function findPlatform(given: MiniProgram | undefined): Platform {
  const app = findMiniProgram(given)
  const found = platforms.get(app) ?? createPlatform(app)
  platforms.set(app, found)
  return found
}

function createPlatform(app: MiniProgram): Platform {
  const storage = createMiniProgramStorage(app)
  const channels = new Map<string, Set<(message: string) => void>>()
  let isHidden = false
  const readDeviceId = createDeviceIdReader(
    () => storage,
    // It is no secret, and there is no `crypto`. The vendor makes its id in the same way.
    () => Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join(''),
  )
  const on = (event: AppEvent, listener: () => void): (() => void) => {
    let isOn = true
    const hear = (status?: { readonly isConnected?: boolean }): void => {
      if (isOn && status?.isConnected !== false) listener()
    }
    app[`on${event}`]?.(hear)
    return () => {
      // Where the app has no method to stop listening, the listener does nothing from now on.
      isOn = false
      app[`off${event}`]?.(hear)
    }
  }
  on('AppShow', () => (isHidden = false))
  on('AppHide', () => (isHidden = true))

  return {
    createClient: ({ deviceId = readDeviceId, fetch = createMiniProgramFetch(app), ...options }) =>
      createAuthClient({ ...options, deviceId, fetch }),
    findStorage(name) {
      if (name === 'local') return storage
      throw new TypeError('a mini-program has no session storage')
    },
    on(event, listener) {
      const stops = appEvents[event].map((name) => on(name, () => listener({})))
      return () => {
        for (const stop of stops) stop()
      }
    },
    openChannel(name, hear): Channel {
      const members = channels.get(name) ?? new Set()
      channels.set(name, members.add(hear))
      return {
        postMessage(message) {
          for (const member of members)
            if (member !== hear)
              queueMicrotask(() => {
                if (members.has(member)) member(message)
              })
        },
        close: () => void members.delete(hear),
      }
    },
    visibility: () => (isHidden ? 'hidden' : 'visible'),
  }
}
