/** A mock for tests whose requests MSW intercepts. MSW 2 and 3 are tested; MSW 3 needs Node 22.12. */
import { bypass, http, HttpResponse, type HttpHandler } from 'msw'
import type { AuthMock } from './mock/auth-mock.ts'
import { assertPlainHttp, findServiceUrl, type MockedService } from './mock/mocked-service.ts'

/**
 * Creates the handlers that hand every request for the real service to the mock, so that the code under test keeps its own configuration.
 *
 * @param mock a running mock with plain HTTP
 * @param service the service that the code under test calls: `env` with its `region`, or `baseUrl`
 * @returns handlers for `setupServer` or `setupWorker`
 * @throws {AuthConfigurationError} for an unusable `env`, `region` or `baseUrl`, an option beside them, or a mock with HTTPS
 *
 * @example
 * ```ts
 * const mock = await startAuthMock()
 * const server = setupServer(...createMockHandlers(mock, { env: 'my-env' }))
 * server.listen()
 * ```
 */
export function createMockHandlers(
  mock: Pick<AuthMock, 'url' | 'certificate'>,
  service: MockedService,
): readonly HttpHandler[] {
  assertPlainHttp(mock.certificate !== undefined)
  const serviceUrl = findServiceUrl('createMockHandlers', service)
  return [
    http.all(`${serviceUrl}/*`, async ({ request }) =>
      // A redirect is for the code under test: `node:http` follows none.
      fetch(bypass(new Request(request.url.replace(serviceUrl, mock.url), request)), { redirect: 'manual' })
        // What the mock has broken is broken for the code under test: MSW would answer with a status 500.
        .catch(() => HttpResponse.error()),
    ),
  ]
}
