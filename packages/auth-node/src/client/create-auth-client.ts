import {
  type AuthClient,
  AuthConfigurationError,
  type AuthClientOptions as CoreOptions,
  createAuthClient as create,
} from '@tokenward/auth-core'
import type { NodeAgent } from './agents.ts'
import { createNodeFetch } from './node-fetch.ts'

/** Options of `createAuthClient`: those of `@tokenward/auth-core`, all of them optional, and what is Node's own. */
export interface AuthClientOptions extends CoreOptions {
  /**
   * The agent that requests go over, on Node: an `http.Agent` or `https.Agent` with a certificate authority, a client certificate or other
   * limits of your own, or what a proxy-agent package makes. Cannot be given together with `fetch`.
   * @default an agent that all clients of the process share: kept connections, at most 256 to one service; the other requests wait for one
   * of them under their own deadline
   */
  readonly agent?: NodeAgent | undefined
}

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
  const { agent, ...given } = options
  if (agent !== undefined) assertAgent(agent, given.fetch)
  const { env, region, baseUrl } = given
  const address =
    env === undefined && baseUrl === undefined
      ? {
          env: readVariable('TOKENWARD_ENV'),
          region: region ?? readVariable('TOKENWARD_REGION'),
          baseUrl: readVariable('TOKENWARD_BASE_URL'),
        }
      : { env, region, baseUrl }
  return create({
    ...given,
    ...address,
    clientId: given.clientId || readVariable('TOKENWARD_CLIENT_ID'),
    fetch: given.fetch ?? createNodeFetch(agent),
  })
}

function assertAgent(agent: unknown, fetch: unknown): void {
  const { addRequest } = Object(agent) as { readonly addRequest?: unknown }
  // The method by which Node itself knows an agent.
  if (typeof addRequest !== 'function') {
    throw new AuthConfigurationError('agent', 'must be an agent of node:http or node:https, or made like one')
  }
  if (fetch !== undefined) {
    throw new AuthConfigurationError(
      'agent',
      'cannot be used together with fetch, which decides the way itself',
    )
  }
}
