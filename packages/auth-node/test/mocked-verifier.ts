import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { createAuthClient, createTokenVerifier, type TokenVerifier } from '../src/index.ts'

/** A mock of the service, and a verifier that asks it. */
export interface MockedVerifier {
  /** For the test to close. */
  readonly mock: AuthMock
  readonly verifier: TokenVerifier
}

/** Starts a mock for the client id `shop`, and creates a verifier of its tokens. */
export async function startMockedVerifier(): Promise<MockedVerifier> {
  const mock = await startAuthMock({ clientId: 'shop' })
  return { mock, verifier: createTokenVerifier(createAuthClient({ baseUrl: mock.url, clientId: 'shop' })) }
}
