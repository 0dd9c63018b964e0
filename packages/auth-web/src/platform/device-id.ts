import { orUndefined } from '@tokenward/auth-core'
import type { EntryStorage } from './storage-entries.ts'

// The vendor SDK's key and length, so that both name this device alike.
const key = 'device_id'

/**
 * Creates a function that reads the id that names this device to the service, and makes one where there is none. Where storage is blocked
 * or full the id lasts as long as the page.
 *
 * @param make makes an id of 16 to 48 visible ASCII characters
 */
export function createDeviceIdReader(findStorage: () => EntryStorage, make: () => string): () => string {
  let lastId: string | undefined
  return () => {
    const stored = orUndefined(() => findStorage().getItem(key)) ?? ''
    const id = /^[!-~]{16,48}$/.test(stored) ? stored : (lastId ?? make())
    lastId = id
    orUndefined(() => findStorage().setItem(key, id))
    return id
  }
}
