import { nodeBuiltin } from '../runtime/node-builtin.ts'

/** Node's HTTP client, for either protocol. */
export type NodeHttp = typeof import('node:http')

/** Finds Node's HTTP client; `undefined` in other runtimes, whose own `fetch` is the better one. */
export function findNodeHttp(protocol: string): NodeHttp | undefined {
  // Node 20 has no navigator; from 21 on it names itself, as the other runtimes do.
  const userAgent = globalThis.navigator?.userAgent ?? 'Node.js/'
  if (!userAgent.startsWith('Node.js/')) return undefined
  // By require(), because dd-trace wraps the module when it is first required, and not for getBuiltinModule.
  const load = nodeBuiltin('node:module')?.createRequire('/')
  return load?.(protocol === 'https:' ? 'node:https' : 'node:http') as NodeHttp | undefined
}
