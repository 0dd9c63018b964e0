// The vendor SDK's key and length, so that both name this device alike.
const key = 'device_id'
const usable = /^[!-~]{16,48}$/

let made: string | undefined

/**
 * Reads the id that names this browser to the service, and makes one where there is none: 32 random hexadecimal digits, kept in
 * `localStorage`. Where that is blocked or full the id lasts as long as the page.
 */
export function readDeviceId(): string {
  try {
    const kept = localStorage.getItem(key)
    if (kept && usable.test(kept)) made = kept
    else localStorage.setItem(key, (made ??= makeId()))
  } catch {
    // The id below is this page's own.
  }
  return (made ??= makeId())
}

function makeId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
