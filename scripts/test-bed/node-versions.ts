// Every Node that the packages support, from the oldest on.
import { join } from 'node:path'
import { root } from './run-command.ts'

const runtimes = join(root, 'scripts/runtimes/node_modules')

type NodeVersion = readonly [version: string, binary: string]

/** The binary of each version of Node. */
export const nodeVersions: readonly [NodeVersion, NodeVersion, NodeVersion, NodeVersion] = [
  ['20', join(runtimes, 'node20/bin/node')],
  ['22', join(runtimes, 'node22/bin/node')],
  ['24', join(root, 'node_modules/.bin/node')],
  ['26', join(runtimes, 'node26/bin/node')],
]
