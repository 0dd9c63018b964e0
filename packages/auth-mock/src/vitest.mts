/** A mock for tests that Vitest runs. */
import { test as base, type TestAPI } from 'vitest'
import type { AuthMock } from './mock/auth-mock.ts'
import type { AuthMockOptions } from './mock/mock-options.ts'
import { startAuthMock } from './mock/start-auth-mock.ts'

/** What a test receives. */
export interface AuthMockFixtures {
  /** A running mock, as it was at the start: other tests of the file leave nothing in it. */
  readonly mock: AuthMock
}

/**
 * Creates a `test` whose fixture `mock` is started once for each file that uses it, and reset for each test. Tests of one file that run at
 * once share its state: give `test.concurrent` a mock of its own.
 *
 * @param options what `startAuthMock` takes
 * @throws {AuthConfigurationError} in the tests that use the fixture, when an option is unknown or not valid
 *
 * @example
 * ```ts
 * const test = createMockTest({ clientId: 'my-env' })
 *
 * test('a revoked token is refused', async ({ mock }) => {
 *   const auth = createAuthClient({ baseUrl: mock.url })
 *   const token = mock.issueToken({ sub: '42' })
 *   mock.revoke(token)
 *   expect(await auth.verifyToken(token)).toEqual({ active: false, reason: 'rejected' })
 * })
 * ```
 */
export function createMockTest(options: AuthMockOptions = {}): TestAPI<AuthMockFixtures> {
  return (
    base
      // oxlint-disable-next-line eslint/no-empty-pattern -- Vitest reads from this pattern which other fixtures it needs
      .extend('startedMock', { scope: 'file' }, async ({}, { onCleanup }) => {
        const mock = await startAuthMock(options)
        onCleanup(() => mock.close())
        return mock
      })
      .extend('mock', ({ startedMock }) => {
        startedMock.reset()
        return startedMock
      }) as unknown as TestAPI<AuthMockFixtures>
  )
}

/** `createMockTest()` with the defaults of `startAuthMock`. */
export const test: TestAPI<AuthMockFixtures> = createMockTest()
