import { type AuthClient, type AuthClientOptions, createAuthClient } from '@tokenward/auth-node'
import { CliError } from '../terminal/exit-codes.ts'
import { createTransport, type Transport } from './transport.ts'

/** How the service is found and asked; what is left out comes from the environment variables of `auth-node`. */
export interface ServiceOptions {
  readonly env?: string
  readonly region?: string
  readonly baseUrl?: string
  readonly allowInsecureHttp?: boolean
  readonly clientId?: string
  readonly deviceId?: string
  readonly timeout?: number
  readonly retries?: number
}

/** One service, and the connections to it. */
export interface Service extends AsyncDisposable {
  /** Where `verifyToken` is sent. */
  readonly url: URL
  readonly client: AuthClient
  readonly transport: Transport
}

/**
 * Opens connections to the service that the options describe: through the proxy of the environment variables, where there is one.
 *
 * @param connections how many there may be at a time
 * @throws {AuthConfigurationError} when the options do not describe a service
 * @throws {CliError} when the proxy's variable cannot be used
 */
export async function openService(
  options: ServiceOptions,
  connections: number = 1,
  more: AuthClientOptions = {},
): Promise<Service> {
  const url = await findServiceUrl(options)
  const transport = await createTransport(url, connections, connectTimeoutOf(options))
  const client = createClient(options, { ...more, fetch: transport.fetch })
  return { url, client, transport, [Symbol.asyncDispose]: transport.close }
}

/** With retries, half of the time of a call, so that another connection can be made within the rest; ten seconds at most. */
function connectTimeoutOf({ timeout = 10_000, retries }: ServiceOptions): number {
  return Math.min(retries === 0 ? timeout : timeout / 2, 10_000)
}

/** @throws {CliError} when nothing says which service is meant */
function createClient(options: ServiceOptions, more: AuthClientOptions): AuthClient {
  const { TOKENWARD_ENV, TOKENWARD_BASE_URL } = process.env
  if (options.env === undefined && options.baseUrl === undefined && !TOKENWARD_ENV && !TOKENWARD_BASE_URL)
    throw new CliError(
      'no service is named: give --env and its --region, or --base-url, or set TOKENWARD_ENV',
    )
  const { env, region, baseUrl, clientId, deviceId, timeout: timeoutMs, retries: maxRetries } = options
  const { allowInsecureHttp } = options
  const service = { env, region, baseUrl, allowInsecureHttp, clientId }
  return createAuthClient({ ...service, deviceId, timeoutMs, maxRetries, ...more })
}

/**
 * The name of the service, as the verifiers of a fleet write it.
 *
 * @throws {AuthConfigurationError} when the options do not describe a service
 */
export function nameService(options: ServiceOptions): string {
  return createClient(options, {}).serviceUrl
}

/**
 * Finds the address that the options lead to, by asking the client for a request that is never sent.
 *
 * @throws {AuthConfigurationError} when the options do not describe a service
 */
export async function findServiceUrl(options: ServiceOptions): Promise<URL> {
  let found: string | undefined
  const fetch = (url: string): Promise<never> => {
    found = url
    return Promise.reject(new Error('not sent'))
  }
  try {
    await createClient({ ...options, retries: 0 }, { fetch }).verifyToken('probe')
  } catch (error) {
    // Our own fetch always rejects. Any error after it was called is expected; one before it means that the options are wrong.
    if (found === undefined) throw error
  }
  return new URL(found ?? 'about:blank')
}
