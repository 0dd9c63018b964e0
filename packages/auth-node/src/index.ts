export {
  AuthApiError,
  AuthConfigurationError,
  AuthNetworkError,
  AuthResponseError,
  AuthTimeoutError,
  AuthTokenStillActiveError,
  isAuthError,
  isBearerToken,
  operations,
  readTokenExpiry,
} from '@tokenward/auth-core'
export type {
  ActiveToken,
  ApiFailure,
  AuthClient,
  AuthClientOptions,
  AuthError,
  DistrustReason,
  Fetch,
  FetchInit,
  FetchResponse,
  InactiveToken,
  Method,
  Observer,
  OperationName,
  Region,
  RequestEvent,
  RequestOptions,
  ResponseEvent,
  ResponseInfo,
  RevokeTokenResult,
  VerifyTokenResult,
  WithResponse,
} from '@tokenward/auth-core'
export { createAuthClient } from './create-auth-client.ts'
export type { Wait } from './flight.ts'
export type { RevocationStore, RevocationSubscriber, SharedAnswers } from './revocation-store.ts'
export type {
  TokenVerdict,
  TokenVerifier,
  VerifiedToken,
  VerifierRevocation,
  VerifierStats,
} from './token-verifier.ts'
export { createTokenVerifier } from './verifier.ts'
export type { VerifierCounts, VerifierEvent } from './verifier-events.ts'
export type { TokenVerifierOptions } from './verifier-options.ts'
