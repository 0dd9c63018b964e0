import {
  AuthConfigurationError,
  type AuthClientOptions,
  createAuthClient,
  type OptionNames,
  readOptions,
} from '@tokenward/auth-core'

/** The service that a mock stands in for. */
export type MockedService = Pick<AuthClientOptions, 'env' | 'region' | 'baseUrl'>

const names: OptionNames<MockedService> = { env: true, region: true, baseUrl: true }

/** Finds the address of a service. @throws {AuthConfigurationError} for an option that cannot be used or does not exist */
export function findServiceUrl(owner: string, service: MockedService): string {
  return createAuthClient(readOptions(owner, service, names)).serviceUrl
}

/** @throws {AuthConfigurationError} for a mock with HTTPS, whose certificate nothing that hands requests on would trust */
export function assertPlainHttp(isHttps: boolean): void {
  if (isHttps)
    throw new AuthConfigurationError(
      'https',
      'must be left out: the code under test calls the service, not the mock',
    )
}
