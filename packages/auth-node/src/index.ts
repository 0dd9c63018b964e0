export {
  AuthApiError,
  AuthConfigurationError,
  AuthNetworkError,
  AuthResponseError,
  AuthTimeoutError,
  AuthTokenStillActiveError,
  isAuthError,
  isBearerToken,
  onTokenRevoked,
  operations,
  readTokenExpiry,
  readTokenSubject,
} from '@tokenward/auth-core'
export type {
  ActiveToken,
  ApiErrorDetails,
  AuthClient,
  AuthClientOptions,
  AuthError,
  ResponseErrorDetails,
  ResponseErrorReason,
  Fetch,
  FetchInit,
  FetchResponse,
  InactiveToken,
  TokenMethod,
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
export { createAuthenticate, readBearerToken } from './guards/authenticate.ts'
export type {
  Authenticate,
  ChallengeAnswer,
  Credentials,
  Decision,
  GuardOptions,
  Refusal,
} from './guards/authenticate.ts'
export type { Challenge, ChallengeError } from './guards/challenge.ts'
export { createAuthClient } from './client/create-auth-client.ts'
export type { VerifyTokenOptions } from './verifier/flight.ts'
export type { RevocationStore, RevocationSubscriber, SharedAnswers } from './fleet/revocation-store.ts'
export type {
  TokenVerdict,
  TokenVerifier,
  VerifiedToken,
  VerifierRevocation,
  VerifierStats,
} from './verifier/token-verifier.ts'
export { createTokenVerifier } from './verifier/create-token-verifier.ts'
export type { VerifierCounts, VerifierEvent } from './verifier/events.ts'
export type { TokenVerifierOptions } from './verifier/options.ts'
