import { assertArgument } from '../errors/assert.ts'
import { defaultRegion, regionHosts, serverUrl } from '../generated/hosts.ts'
import type { Observer } from './observer.ts'
import type { Fetch } from '../request/send-once.ts'

/** A region of the spec's `servers`. */
export type Region = keyof typeof regionHosts

/** Options of `createAuthClient`. Either `env` or `baseUrl` is required. */
export interface AuthClientOptions extends Observer {
  /** The environment id, such as `my-env-1a2b3c`; a label of the service's host name. */
  readonly env?: string | undefined
  /** The environment's region, which decides between the mainland and the international host. @default 'ap-shanghai' */
  readonly region?: Region | (string & {}) | undefined
  /**
   * The service's address, in place of the one that `env` and `region` give: a custom domain or a mock. Must be `https:`; plain
   * `http:` only to loopback. A path is kept; credentials, query and fragment are refused, and so is an
   * IPv6 address but for `[::1]`.
   */
  readonly baseUrl?: string | undefined
  /** The application, sent as `client_id`. @default left out, as an empty one is; the service then takes the environment id */
  readonly clientId?: string | undefined
  /**
   * Names this device, sent as `x-device-id`; a function is asked before each request. 1 to 128 visible ASCII characters.
   * @default left out
   */
  readonly deviceId?: string | (() => string) | undefined
  /** Stands in for the platform's `fetch`. Receives the token, in headers and body. @default globalThis.fetch, looked up at each request */
  readonly fetch?: Fetch | undefined
  /** How long one call may take in all, retries and the reading of the body included, in milliseconds; 1 to 2,147,483,647. @default 10_000 */
  readonly timeoutMs?: number | undefined
  /** How often a request is repeated after a network failure, 408, 429, 502, 503 or 504; 0 to 10. @default 2 */
  readonly maxRetries?: number | undefined
  /** How far this machine's clock may be ahead before a token is called expired without asking, in milliseconds; 0 to 2,147,483,647. @default 60_000 */
  readonly clockToleranceMs?: number | undefined
}

/**
 * Finds the address of the service, without a slash at its end.
 *
 * @throws {AuthConfigurationError} for an unusable `env`, `region` or `baseUrl`, or neither `env` nor `baseUrl`
 */
export function readServiceUrl({
  baseUrl,
  env = baseUrl === undefined ? '' : 'any',
  region = defaultRegion,
}: AuthClientOptions): string {
  assertArgument('env', /^[a-z\d][a-z\d-]{0,62}$/i.test(env), 'must be an environment id')
  const isKnown = Object.hasOwn(regionHosts, region)
  assertArgument('region', isKnown, `must be one of ${Object.keys(regionHosts).join()}`)
  const url = baseUrl === undefined ? serverUrl(env, regionHosts[region as Region]) : baseUrl
  // TLS, or this machine; no credentials, query or fragment. The rest is the platform's to judge.
  const isSafe =
    /^(https:\/\/[^:/?#@\\\s]+|https?:\/\/(localhost|127(\.\d+)+|\[::1]))(:\d+)?(\/[^?#@\\\s]*)?$/i.test(url)
  assertArgument('baseUrl', isSafe, 'must be https or loopback')
  return url.replace(/\/*$/, '')
}
