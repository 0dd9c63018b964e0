import {
  assertArgument,
  type AuthClient,
  type AuthClientOptions,
  createAuthClient,
  type Fetch,
  isAuthError,
} from '@tokenward/auth-core'
import { readDeviceId } from './device-id.ts'

/** Core's client with the browser's defaults: a kept device id, and requests without cookies, referrer or cache. */
export function createBrowserClient(options: AuthClientOptions): AuthClient {
  const { deviceId = readDeviceId, fetch = fetchPrivately } = options
  return createAuthClient({ ...options, deviceId, fetch: allowRefusedKeepalive(fetch) })
}

const fetchPrivately: Fetch = async (url, init) => {
  const { fetch } = globalThis
  // No outage, which would be retried for ever.
  assertArgument('fetch', typeof fetch === 'function', 'is missing on this platform')
  return fetch(url, { ...init, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' })
}

/** What the bodies of all such requests of a page may hold, in bytes. */
const keepaliveBytes = 64 * 1024

/**
 * Sends a request without `keepalive` where the browser refuses it with: all such requests of a page share 64 KiB, and its analytics
 * may have used them up.
 *
 * While a page unloads, its own requests can exceed 64 KiB. It cannot then wait for a refusal and retry, so we count the bytes in flight,
 * and send what would not fit without a body: as the service documents it, the header names the token.
 *
 * @see https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, "inflightKeepaliveBytes"
 */
function allowRefusedKeepalive(fetch: Fetch): Fetch {
  let bytesInFlight = 0
  return async (url, init) => {
    if (!init.keepalive) return fetch(url, init)
    // A token is ASCII.
    const fits = bytesInFlight + (init.body?.length ?? 0) <= keepaliveBytes
    const body = fits ? init.body : null
    const size = body?.length ?? 0
    bytesInFlight += size
    try {
      return await fetch(url, { ...init, body })
    } catch (error) {
      // The error of a refusal is that of a network failure.
      if (init.signal.aborted || isAuthError(error)) throw error
      return fetch(url, { ...init, keepalive: false })
    } finally {
      bytesInFlight -= size
    }
  }
}
