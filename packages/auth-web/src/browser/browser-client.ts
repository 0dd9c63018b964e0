import { createAuthClient, type AuthClient, type AuthClientOptions, type Fetch } from '@tokenward/auth-core'
import { readDeviceId } from './device-id.ts'

/** Core's client with the browser's defaults: a kept device id, and requests without cookies, referrer or cache. */
export function createBrowserClient(options: AuthClientOptions): AuthClient {
  const { deviceId = readDeviceId, fetch = fetchPrivately } = options
  return createAuthClient({ ...options, deviceId, fetch: allowRefusedKeepalive(fetch) })
}

const fetchPrivately: Fetch = (url, init) =>
  globalThis.fetch(url, {
    ...init,
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  })

/**
 * Sends a request without `keepalive` where the browser refuses it with: all such requests of a page share 64 KiB, and its analytics
 * may have used them up.
 *
 * @see https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, "inflightKeepaliveBytes"
 */
function allowRefusedKeepalive(fetch: Fetch): Fetch {
  return async (url, init) => {
    if (!init.keepalive) return fetch(url, init)
    try {
      return await fetch(url, init)
    } catch (error) {
      // The same error as for a network failure.
      if (init.signal.aborted) throw error
      return fetch(url, { ...init, keepalive: false })
    }
  }
}
