import { type AuthClient, type AuthClientOptions, createAuthClient as create } from '@tokenward/auth-core'
import { createNodeFetch } from './node-fetch.ts'

/** An empty variable counts as unset; so does one that the runtime has no `process` for, or may not read. */
function readVariable(name: string): string | undefined {
  try {
    return globalThis.process.env[name] || undefined
  } catch {
    return undefined
  }
}

/**
 * Creates a client of one environment, over a pool of kept connections. Nothing is sent before its first method is called.
 *
 * What the options leave out is read, now, from the environment: `TOKENWARD_ENV`, `TOKENWARD_REGION` and `TOKENWARD_BASE_URL` where
 * neither `env` nor `baseUrl` is given, and `TOKENWARD_CLIENT_ID` where `clientId` is not.
 *
 * @param options as in `@tokenward/auth-core`, all optional; an explicit option wins over its variable
 * @returns the client of `@tokenward/auth-core`, with nothing added
 * @throws {AuthConfigurationError} when an option or a variable cannot be used; its `argument` names the option
 */
export function createAuthClient(options: AuthClientOptions = {}): AuthClient {
  const { env, region, baseUrl } = options
  const address =
    env === undefined && baseUrl === undefined
      ? {
          env: readVariable('TOKENWARD_ENV'),
          region: region ?? readVariable('TOKENWARD_REGION'),
          baseUrl: readVariable('TOKENWARD_BASE_URL'),
        }
      : { env, region, baseUrl }
  return create({
    ...options,
    ...address,
    clientId: options.clientId || readVariable('TOKENWARD_CLIENT_ID'),
    fetch: options.fetch ?? createNodeFetch(),
  })
}
