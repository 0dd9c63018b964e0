import { createAuthClient, type AuthClient, type AuthClientOptions } from '@tokenward/auth-core'
import { readDeviceId } from './device-id.ts'

/** Core's client with the browser's defaults: a kept device id, and requests without cookies, referrer or cache. */
export function createBrowserClient(options: AuthClientOptions): AuthClient {
  const {
    deviceId = readDeviceId,
    fetch = (url, init) =>
      globalThis.fetch(url, {
        ...init,
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      }),
  } = options
  return createAuthClient({ ...options, deviceId, fetch })
}

/**
 * Listens to an event of the page or worker; does nothing on a server, which has none.
 *
 * @returns a function that ends it
 */
export function onPage(type: string, listener: (event: Partial<PageTransitionEvent>) => void): () => void {
  globalThis.addEventListener?.(type, listener)
  return () => globalThis.removeEventListener?.(type, listener)
}
