/** A mock for tests that Playwright runs. */
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
import { assertPlainHttp, findServiceUrl, type MockedService } from './mock/mocked-service.ts'
import { startAuthMock } from './mock/start-auth-mock.ts'

/** Playwright hands bodies on in one piece, which has to fit through the pipe to the browser. */
const mostBytes = 1024 * 1024

/** What a test receives, and what `test.use` sets. */
export interface AuthMockFixtures {
  /** A running mock of the test's own. Requests of its pages for `mockedService` go there. */
  readonly mock: AuthMock
  /** What `startAuthMock` takes, except for `https`. @default {} */
  readonly mockOptions: AuthMockOptions
  /** The service that the pages call: `env` with its `region`, or `baseUrl`. @default { env: 'my-env' } */
  readonly mockedService: MockedService
}

/**
 * Playwright's `test` with a mock for each test. Only tests that ask for `mock` start one. A connection that the mock resets is reset for the
 * page, and of a body the page gets the first MiB.
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
    const serviceUrl = findServiceUrl('mockedService', mockedService)
    assertPlainHttp(Boolean(mockOptions.https))
    const mock = await startAuthMock(mockOptions)
    await context.route(`${serviceUrl}/**`, async (route) => {
      const url = route.request().url().replace(serviceUrl, mock.url)
      try {
        const response = await route.fetch({ url, maxRedirects: 0, timeout: 0 })
        const body = (await response.body()).subarray(0, mostBytes)
        await route.fulfill({ response, body })
      } catch {
        // The mock has broken the connection, as it was told, or the test is over.
        await route.abort('connectionreset').catch(() => undefined)
      }
    })
    await use(mock)
    await mock.close()
  },
})
