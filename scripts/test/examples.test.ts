// The servers of auth-node's examples on the oldest Node that is supported, which runs no TypeScript: from what is built.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { examples, tryExample, worked } from '../../packages/auth-node/test/start-example.ts'

const node20 = fileURLToPath(new URL('../runtimes/node_modules/node20/bin/node', import.meta.url))

test.each(examples)('examples/%s.mjs: starts on Node 20, and ends a session for good', async (name) => {
  // Without the condition that leads to the source.
  expect(await tryExample(name, node20, { NODE_OPTIONS: '' })).toEqual(worked)
})
