import { assertArgument } from '../errors/assert.ts'
import { describeValue } from '../errors/plain-text.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import type { OptionNames } from '../errors/read-options.ts'
import { defaultRegion, regionHosts, serverUrl } from '../generated/hosts.ts'
import type { Fetch } from '../request/fetch.ts'
import type { Observer } from '../request/observer.ts'

/** A region of the spec's `servers`. */
export type Region = keyof typeof regionHosts

/**
 * Options of `createAuthClient`. Either `env` or `baseUrl` is required.
 *
 * @example
 * ```ts
 * const options: AuthClientOptions = {
 *   env: 'my-env-1a2b3c',
 *   region: 'ap-singapore',
 *   clientId: 'my-app',
 *   timeoutMs: 3_000,
 * }
 * const auth = createAuthClient(options)
 * ```
 */
export interface AuthClientOptions extends Observer {
  /** The environment id, such as `my-env-1a2b3c`; a label of the service's host name. */
  readonly env?: string | undefined
  /** The environment's region, which decides between the mainland and the international host. @default 'ap-shanghai' */
  readonly region?: Region | (string & {}) | undefined
  /**
   * The service's address, in place of the one that `env` and `region` give: a custom domain or a mock. Must be `https:`; plain `http:`
   * only to loopback, or with `allowInsecureHttp`. A path is kept; credentials, a query, a fragment, and any IPv6 address but `[::1]` are refused.
   */
  readonly baseUrl?: string | undefined
  /**
   * Takes a `baseUrl` of plain `http:` beyond loopback, where others on the way can read every token. For tests only, such as a mock in
   * another container.
   * @default false
   */
  readonly allowInsecureHttp?: boolean | undefined
  /** The application, sent as `client_id`. An empty one counts as left out. @default left out; the service takes the environment id */
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
  /**
   * How often a request is repeated after a network failure, 408, 429, 502, 503 or 504; 0 to 10. While a repetition is possible, one try
   * takes at most half of the time that is left. A service that is overloaded is repeated to for a tenth of the calls at most.
   * @default 2
   */
  readonly maxRetries?: number | undefined
  /**
   * How far this machine's clock may be ahead before a token is called expired without asking, in milliseconds; 0 to 1e16, with which
   * the service is asked about every token.
   * @default 60_000
   */
  readonly clockToleranceMs?: number | undefined
}

/**
 * The names of core's options, for the factory of a wrapper: `readOptions('createMyClient', options, { ...authClientOptionNames, mine: true })`.
 */
export const authClientOptionNames: OptionNames<AuthClientOptions> = {
  env: true,
  region: true,
  baseUrl: true,
  allowInsecureHttp: 'boolean',
  clientId: true,
  deviceId: true,
  fetch: 'function',
  timeoutMs: [1],
  maxRetries: [0, 10],
  clockToleranceMs: [0, 1e16],
  onRequest: 'function',
  onResponse: 'function',
}

/** How a message names an option: by itself, or by the variable that it was read from. */
export type NameOfOption = (option: keyof AuthClientOptions) => string

/**
 * Checks what a kind alone cannot tell of the options that are given.
 *
 * @throws {AuthConfigurationError} for the first one that cannot be used
 */
export function assertOptions(options: AuthClientOptions, nameOf: NameOfOption): void {
  /** An option that came from a variable keeps its name as the error's `argument`; only the message speaks of the variable. */
  function assert(
    option: 'env' | 'region' | 'baseUrl' | 'clientId',
    accepts: (text: string) => boolean,
    expected: string,
  ): void {
    const value: unknown = options[option]
    if (value === undefined) return
    const name = nameOf(option)
    const from = name === option ? '' : `(from ${name}) `
    assertArgument(option, typeof value === 'string' && accepts(value), `${from}must be ${expected}`)
  }

  const { env, region, deviceId, clientId, allowInsecureHttp } = options
  const hint =
    typeof env === 'string' && /^https?:/i.test(env) ? '; the address of a service is given as baseUrl' : ''
  assert(
    'env',
    (text) => /^[a-z\d][a-z\d-]{0,62}$/i.test(text),
    `an environment id such as my-env-1a2b3c (letters, digits and hyphens), not ${describeValue(env)}${hint}`,
  )
  const regions = Object.keys(regionHosts)
  assert(
    'region',
    (text) => regions.includes(text),
    `one of ${regions.join(', ')}, not ${describeValue(region)}`,
  )
  assert(
    'baseUrl',
    (text) => isSafeUrl(allowInsecureHttp ? text.replace(/^http:/i, 'https:') : text),
    // Not shown, because what is refused here may hold a password or a key.
    'an https: address, or http: to loopback such as http://127.0.0.1:4010 (elsewhere only with allowInsecureHttp), without credentials, query or fragment',
  )
  // `null` has always counted as left out.
  if (clientId !== null) assert('clientId', () => true, `a string, not ${describeValue(clientId)}`)
  if (deviceId !== undefined && typeof deviceId !== 'function') assertDeviceId(deviceId)
}

/** TLS, or this machine; no credentials, query or fragment; nothing that the platform refuses, such as a port beyond 65535. */
function isSafeUrl(url: string): boolean {
  if (typeof URL === 'function' && !orUndefined(() => new URL(url))) return false
  return /^(https:\/\/[^:/?#@\\\s]+|https?:\/\/(localhost|127(\.\d+)+|\[::1]))(:\d+)?(\/[^?#@\\\s]*)?$/i.test(
    url,
  )
}

/** @throws {AuthConfigurationError} when the value cannot stand in a header */
export function assertDeviceId(id: unknown): asserts id is string {
  const isVisible = typeof id === 'string' && /^[!-~]{1,128}$/.test(id)
  assertArgument('deviceId', isVisible, `must be 1 to 128 visible ASCII characters, not ${describeValue(id)}`)
}

/**
 * Finds the address of the service in options that have been checked.
 *
 * @throws {AuthConfigurationError} when neither `env` nor `baseUrl` is given
 */
export function findServiceUrl(
  { env, baseUrl, region = defaultRegion }: AuthClientOptions,
  nameOf: NameOfOption,
): string {
  if (baseUrl !== undefined) return baseUrl
  const name = nameOf('env')
  const rule = `or baseUrl is required${name === 'env' ? '' : `: give one of them, or set ${name}`}`
  assertArgument('env', env !== undefined, rule)
  return serverUrl(env, regionHosts[region as Region])
}
