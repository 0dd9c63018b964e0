/** How many of the changes to some files the tests must notice. */
export interface Goal {
  /** Globs of files, from the root of the workspace. */
  readonly files: readonly string[]
  /** The least share of noticed changes, in percent. Changes of `survivors.ts` that alter no behaviour do not count. */
  readonly least: number
  /**
   * The tests that must notice, as globs from the package's folder. They share one copy of each module, which is several times as fast, so
   * that no file may leave anything behind for the next. @default every test that `vitest.config.ts` names, each file with copies of its own
   */
  readonly tests?: readonly string[]
}

const core = 'packages/auth-core/src'
const node = 'packages/auth-node/src'

/** Without those that need a process of their own, or Prism, which takes longer to load than all others to run. */
const coreTests = [
  'test/{errors,request}/*.test.ts',
  'test/verdict/!(first-use).test.ts',
  'test/client/!(spec-examples).test.ts',
]

/** What is generated, and what are types alone, has no lines to change. */
export const goals: readonly Goal[] = [
  // What they keep outlives a test, so that each file of tests needs modules of its own.
  { files: [`${core}/verdict/revocations.ts`, `${core}/request/read-body.ts`], least: 100 },
  // Where a mistake lets a dead token in: each change must be noticed.
  {
    files: [
      `${core}/verdict/*.ts`,
      `${core}/errors/*.ts`,
      `${core}/request/read-body.ts`,
      `${core}/client/options.ts`,
    ],
    least: 100,
    tests: coreTests,
  },
  { files: [`${core}/client/*.ts`, `${core}/request/*.ts`], least: 97, tests: coreTests },
  {
    files: [`${node}/guards/*.ts`],
    least: 95,
    tests: ['test/guards/*.test.ts'],
  },
  {
    files: [`${node}/memory/*.ts`],
    least: 95,
    tests: ['test/memory/*.test.ts'],
  },
  {
    files: [`${node}/verifier/*.ts`],
    least: 95,
    tests: ['test/verifier/*.test.ts', 'test/fleet/shared-state.test.ts'],
  },
  {
    files: [`${node}/client/*.ts`],
    least: 95,
    tests: ['test/client/*.test.ts'],
  },
]
