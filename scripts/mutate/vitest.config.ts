// The tests that judge a changed line: those of one package that run in Node, and in this process, where the change is.
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { defineConfig } from 'vitest/config'
import sourceConditions, { sourceCondition } from '../test-bed/source-conditions.ts'

/** They start programs, which run the unchanged code. */
const elsewhere = ['browser', 'redis', 'promtool', 'consumer'].map((kind) => `test/**/*.${kind}.test.ts`)
/** Tests of auth-node that take seconds for what others notice at once: they start programs and servers, make up cases, measure memory. */
const slow = [
  'test/guards/{guards,http2}.test.ts',
  'test/verifier/*.property.test.ts',
  'test/client/{agent-variables,client-suite,faults,faults-sequence}.test.ts',
  'test/memory/memory.test.ts',
]

/** A change is tried until one test fails, so that the quickest files come first. Vitest begins with the slowest. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const msOf = (file: TestSpecification): number =>
      this.ctx.cache.getTestSpecificationResult(file)?.duration ?? 0
    return [...files].sort((one, other) => msOf(one) - msOf(other))
  }
}

/** The tests of a goal that names some. */
const tests = process.env['TOKENWARD_MUTATE_TESTS']?.split(' ')

export default defineConfig({
  root: process.cwd(),
  ...sourceConditions,
  test: {
    include: tests ?? ['test/**/*.test.ts'],
    exclude: [...elsewhere, ...slow, 'test/{examples,recipes,readme}.test.ts'],
    isolate: tests === undefined,
    sequence: { sequencer: QuickestFirst },
    // With a change, many a test waits for what never comes. As long as in the test bed, for a machine that is busy.
    testTimeout: tests ? 20_000 : 60_000,
    // For the programs that tests start.
    env: { NODE_OPTIONS: `--conditions=${sourceCondition}` },
  },
})
