import type { EntryStorage } from '../platform/storage-entries.ts'
import type { MiniProgram } from './mini-program.ts'

/** Gives the storage of a mini-program the methods of web storage. */
export function createMiniProgramStorage(platform: MiniProgram): EntryStorage {
  let keys: readonly string[] = []
  return {
    // Each look at the list of keys is a call into the app. `key` reads the list that `length` has fetched.
    get length() {
      keys = platform.getStorageInfoSync().keys
      return keys.length
    },
    key: (index) => keys[index] ?? null,
    getItem(key) {
      // An entry that is not there is an empty text.
      const value = platform.getStorageSync(key)
      return typeof value === 'string' && value !== '' ? value : null
    },
    setItem: (key, value) => platform.setStorageSync(key, value),
    removeItem: (key) => platform.removeStorageSync(key),
  }
}
