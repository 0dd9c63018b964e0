import {
  type AuthClient,
  type AuthClientOptions as CoreOptions,
  assertArgument,
  authClientOptionNames,
  createAuthClient as create,
  describeValue,
  readOptions,
} from '@tokenward/auth-core'
import type { NodeAgent } from './agents.ts'
import { environment } from './environment.ts'
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

/**
 * Creates a client of one environment, over kept connections. Nothing is sent, and no variable is read, before its first use.
 *
 * What the options leave out is read from the environment, once, at the first use of the client: `TOKENWARD_ENV`, `TOKENWARD_REGION` and
 * `TOKENWARD_BASE_URL` where neither `env` nor `baseUrl` is given, and `TOKENWARD_CLIENT_ID` where `clientId` is not. So a build that
 * imports a module with a client needs no variables.
 *
 * @param options as in `@tokenward/auth-core`, all optional, and `agent`; an explicit option wins over its variable
 * @returns the client of `@tokenward/auth-core`, with nothing added
 * @throws {AuthConfigurationError} when an option cannot be used or does not exist; its `argument` names the option. A variable that is
 * missing or cannot be used is named by the first method that is called, or by `clientId`
 *
 * @example
 * ```ts
 * const auth = createAuthClient() // TOKENWARD_ENV
 * const result = await auth.verifyToken(token)
 *
 * const behindProxy = createAuthClient({ env: 'my-env', agent: new HttpsProxyAgent('http://127.0.0.1:3128') })
 * ```
 */
export function createAuthClient(options: AuthClientOptions = {}): AuthClient {
  const { agent, ...given } = readOptions('createAuthClient', options, {
    ...authClientOptionNames,
    agent: true,
  })
  if (agent !== undefined) assertAgent(agent, given.fetch)
  return create({ ...given, fetch: given.fetch ?? createNodeFetch(agent) }, environment)
}

function assertAgent(agent: unknown, fetch: unknown): void {
  const { addRequest } = Object(agent) as { readonly addRequest?: unknown }
  // The method by which Node itself knows an agent.
  const isAgent = typeof addRequest === 'function'
  // A text may be the address of a proxy with its password.
  const kind = typeof agent === 'string' ? 'a string' : describeValue(agent)
  const rule = `must be an agent of node:http or node:https, or one made like them, not ${kind}`
  assertArgument('agent', isAgent, rule)
  assertArgument('agent', fetch === undefined, 'cannot be given together with fetch')
}
