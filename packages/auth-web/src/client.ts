import {
  createAuthClient as createCoreClient,
  type AuthClient,
  type AuthClientOptions,
} from '@tokenward/auth-core'
import { readDeviceId } from './device-id.ts'

/**
 * Creates a client of one environment with the browser's defaults: a kept device id, and requests that carry no cookie, no
 * referrer and never come from a cache. Nothing is sent before its first method is called.
 *
 * @throws {AuthConfigurationError} when an option cannot be used; its `argument` names the option
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return createCoreClient({
    ...options,
    deviceId: options.deviceId ?? readDeviceId,
    fetch:
      options.fetch ??
      ((url, init) =>
        fetch(url, { ...init, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' })),
  })
}
