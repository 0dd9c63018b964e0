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
  ApiFailure,
  AuthClient,
  AuthClientOptions,
  AuthError,
  Distrust,
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
export { createAuthenticate, readBearerToken } from './authenticate.ts'
export type {
  Authenticate,
  ChallengeAnswer,
  Credentials,
  Decision,
  GuardOptions,
  Refusal,
} from './authenticate.ts'
export type { Challenge, ChallengeError } from './challenge.ts'
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
