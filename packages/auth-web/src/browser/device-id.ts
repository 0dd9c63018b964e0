import { orUndefined } from './or-undefined.ts'

// The vendor SDK's key and length, so that both name this device alike.
const key = 'device_id'

let lastId: string | undefined

/**
 * Reads the id that names this browser to the service, and makes one where there is none: 32 random digits, kept in
 * `localStorage`. Where that is blocked or full the id lasts as long as the page.
 */
export function readDeviceId(): string {
  const stored = orUndefined(() => localStorage.getItem(key)) ?? ''
  const id = /^[!-~]{16,48}$/.test(stored) ? stored : (lastId ?? makeDeviceId())
  lastId = id
  orUndefined(() => localStorage.setItem(key, id))
  return id
}

function makeDeviceId(): string {
  return crypto.getRandomValues(new Uint8Array(32)).join('').slice(0, 32)
}
