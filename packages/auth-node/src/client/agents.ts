import type { Agent, AgentOptions } from 'node:http'
import type { NodeHttp } from './node-http.ts'

/**
 * An agent of `node:http` or `node:https`, or one that a proxy-agent package makes. Described by what all of them have, because this
 * package needs no types of Node.
 */
export interface NodeAgent {
  readonly maxSockets: number
  readonly sockets: object
  destroy(): void
}

/** The most connections to one service. The other requests wait for one of them, under their own deadline. */
const maxSockets = 256

// One for each protocol, made at the first use: all clients of a process share the connections.
const agents = new Map<NodeHttp, Agent>()

/** Finds the agent of all clients that were given none. */
export function defaultAgent(http: NodeHttp): Agent {
  const found = agents.get(http)
  if (found) return found
  // Where Node is told to obey the proxy variables, its own agents hold them here; another agent must be given them.
  const { proxyEnv } = (http.globalAgent as { readonly options?: AgentOptions }).options ?? {}
  // The other settings are those of Node's own agents.
  const agent = new http.Agent({
    keepAlive: true,
    scheduling: 'lifo',
    timeout: 5_000,
    maxSockets,
    ...(proxyEnv && { proxyEnv }),
  })
  agents.set(http, agent)
  return agent
}
