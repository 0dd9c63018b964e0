// The tests that judge a changed line: those of one package that run in Node, and in this process, where the change is.
import { defineConfig } from 'vitest/config'
import sourceConditions, { sourceCondition } from '../test-bed/source-conditions.ts'

/** They start programs, which see none of the change, or measure memory for longer than all others take together. */
const elsewhere = ['browser', 'redis', 'promtool', 'consumer'].map((kind) => `test/**/*.${kind}.test.ts`)

export default defineConfig({
  root: process.cwd(),
  ...sourceConditions,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...elsewhere, 'test/{examples,recipes,readme}.test.ts', 'test/memory/memory.test.ts'],
    testTimeout: 60_000,
    // For the programs that tests start.
    env: { NODE_OPTIONS: `--conditions=${sourceCondition}` },
  },
})
