/** A mock for tests that Playwright runs. */
import { createAuthClient, type AuthClientOptions } from '@tokenward/auth-core'
import {
  test as base,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from '@playwright/test'
import type { AuthMock } from './mock/auth-mock.ts'
import type { AuthMockOptions } from './mock/mock-options.ts'
import { startAuthMock } from './mock/start-auth-mock.ts'

/** What a test receives, and what `test.use` sets. */
export interface AuthMockFixtures {
  /** A running mock of the test's own. Requests of its pages for `mockedService` go there. */
  readonly mock: AuthMock
  /** What `startAuthMock` takes. @default {} */
  readonly mockOptions: AuthMockOptions
  /** The service that the pages call: `env` with its `region`, or `baseUrl`. @default { env: 'my-env' } */
  readonly mockedService: Pick<AuthClientOptions, 'env' | 'region' | 'baseUrl'>
}

/**
 * Playwright's `test` with a mock for each test. Only tests that ask for `mock` start one.
 *
 * @example
 * ```ts
 * test.use({ mockedService: { env: 'shop-1a2b3c' } })
 *
 * test('signs out', async ({ page, mock }) => {
 *   await page.goto(`/?token=${mock.issueToken({ sub: '42' })}`)
 *   await page.getByRole('button', { name: 'Sign out' }).click()
 *   await expect.poll(() => mock.tokens()[0]?.state).toBe('revoked')
 * })
 * ```
 */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & AuthMockFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
> = base.extend<AuthMockFixtures>({
  mockOptions: [{}, { option: true }],
  mockedService: [{ env: 'my-env' }, { option: true }],
  mock: async ({ context, mockOptions, mockedService }, use) => {
    const mock = await startAuthMock(mockOptions)
    const { serviceUrl } = createAuthClient(mockedService)
    await context.route(`${serviceUrl}/**`, async (route) => {
      const url = route.request().url().replace(serviceUrl, mock.url)
      await route.fulfill({ response: await route.fetch({ url }) })
    })
    await use(mock)
    await mock.close()
  },
})
