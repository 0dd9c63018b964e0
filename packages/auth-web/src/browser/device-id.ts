import { readLocal, writeLocal } from './local-storage.ts'

// The vendor SDK's key and length, so that both name this device alike.
const key = 'device_id'

let made: string | undefined

/**
 * Reads the id that names this browser to the service, and makes one where there is none: 32 random digits, kept in
 * `localStorage`. Where that is blocked or full the id lasts as long as the page.
 */
export function readDeviceId(): string {
  // Where there is none, that is no usable one either.
  const kept = readLocal(key) as string
  const id = (made = /^[!-~]{16,48}$/.test(kept)
    ? kept
    : (made ?? crypto.getRandomValues(new Uint8Array(32)).join('').slice(0, 32)))
  writeLocal(key, id)
  return id
}
