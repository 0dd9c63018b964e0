import { type AuthClient, type AuthClientOptions, createAuthClient } from '@tokenward/auth-node'
import { type Command, Option } from 'commander'
import { CliError } from '../terminal/exit-codes.ts'

/** How the service is found and asked; what is left out comes from the environment variables of `auth-node`. */
export interface ServiceOptions {
  readonly env?: string
  readonly region?: string
  readonly baseUrl?: string
  readonly clientId?: string
  readonly deviceId?: string
  readonly timeout?: number
  readonly retries?: number
}

/** Adds the options that say which service is meant. */
export function addServiceOptions(command: Command): Command {
  return command
    .option('--env <id>', 'environment id, such as my-env-1a2b3c (or TOKENWARD_ENV)')
    .option('--region <name>', 'its region, such as ap-shanghai (or TOKENWARD_REGION)')
    .option(
      '--base-url <url>',
      'address of the service instead, such as that of a mock (or TOKENWARD_BASE_URL)',
    )
    .option('--client-id <id>', 'application, sent as client_id (or TOKENWARD_CLIENT_ID)')
    .option('--device-id <id>', 'device, sent as x-device-id')
    .addOption(wholeNumber('--timeout <ms>', 'time for one token, all retries included', 1, 2_147_483_647))
    .addOption(wholeNumber('--retries <n>', 'how often a request is repeated after an outage', 0, 10))
}

/** An option that takes a whole number in a range; its error does not repeat what was given. */
export function wholeNumber(flags: string, description: string, least: number, most: number): Option {
  const [name] = flags.split(' ')
  return new Option(flags, `${description}, ${least} to ${most}`).argParser((text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new CliError(`${name} must be a whole number from ${least} to ${most}`)
  })
}

/** Creates the client that the options describe. @throws {AuthConfigurationError} when they do not describe one */
export function createClient(options: ServiceOptions, more: AuthClientOptions = {}): AuthClient {
  const { env, region, baseUrl, clientId, deviceId, timeout: timeoutMs, retries: maxRetries } = options
  return createAuthClient({ env, region, baseUrl, clientId, deviceId, timeoutMs, maxRetries, ...more })
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
  await createClient({ ...options, retries: 0 }, { fetch })
    .verifyToken('probe')
    .catch(() => undefined)
  return new URL(found ?? 'about:blank')
}
