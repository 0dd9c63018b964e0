import { assertArgument, orUndefined } from '@tokenward/auth-core'
import type { Platform } from '../platform/platform.ts'
import { createChangeListeners, type Session, type StoragePlace } from './session.ts'

/**
 * Keeps the token in a storage of the platform, as plain text under one key; in this page alone where storage is blocked or full.
 *
 * @throws {AuthConfigurationError} when `key` is no text or empty
 */
export function createStoredSession(storedAt: StoragePlace, platform: Platform): Session {
  const { storage, key } = storedAt
  assertArgument('key', typeof key === 'string' && key !== '', 'must be the name of a storage entry')
  const { onChange, notify } = createChangeListeners()
  let unstored: string | undefined
  return {
    storedAt,
    onChange,
    get shared() {
      return storage === 'local' && !unstored
    },
    read: () => orUndefined(() => platform.findStorage(storage).getItem(key)) ?? unstored,
    write(token) {
      unstored = token
      orUndefined(() => {
        const found = platform.findStorage(storage)
        // In one step, so that no other tab sees the session vanish.
        orUndefined(() => found.setItem(key, token))
        // Some storages neither keep what they are given nor say so. An older token must not survive there.
        if (found.getItem(key) === token) unstored = undefined
        else found.removeItem(key)
      })
      notify()
    },
    clear() {
      unstored = undefined
      try {
        platform.findStorage(storage).removeItem(key)
      } finally {
        notify()
      }
    },
  }
}
