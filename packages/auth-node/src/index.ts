export {
  AuthApiError,
  AuthConfigurationError,
  AuthNetworkError,
  AuthResponseError,
  AuthTimeoutError,
  AuthTokenEndedError,
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
  TokenEndedReason,
  VerifyTokenResult,
  WithResponse,
} from '@tokenward/auth-core'
export { createAuthenticate } from './guards/authenticate.ts'
export type { Authenticate, Decision, Refusal } from './guards/authenticate.ts'
export type { Challenge, ChallengeError, ChallengeReason } from './guards/challenge.ts'
export { readBearerToken } from './guards/credentials.ts'
export type { Credentials, RequestHeaders } from './guards/credentials.ts'
export { fromCookie } from './guards/from-cookie.ts'
export type { FromCookieOptions } from './guards/from-cookie.ts'
export { fromHeader } from './guards/from-header.ts'
export { fromWebSocketProtocol } from './guards/from-web-socket-protocol.ts'
export type { GuardEvent } from './guards/guard-events.ts'
export type { ChallengeAnswer, GuardOptions } from './guards/options.ts'
export type { CredentialsFault, FoundToken, TokenReader, TokenSource } from './guards/token-source.ts'
export type { NodeAgent } from './client/agents.ts'
export { createAuthClient } from './client/create-auth-client.ts'
export type { AuthClientOptions } from './client/create-auth-client.ts'
export type { VerifierRevocation } from './fleet/awaiting-fleet.ts'
export type {
  RevocationStore,
  RevocationSubscriber,
  SharedAnswer,
  SharedAnswers,
  SubjectCutOff,
} from './fleet/revocation-store.ts'
export { createTokenVerifier } from './verifier/create-token-verifier.ts'
export type { VerifierCounts, VerifierEvent } from './verifier/events.ts'
export type { TokenVerifierOptions } from './verifier/options.ts'
export type {
  Revocation,
  RevocationMessage,
  RevocationSource,
  SubjectRevocation,
  TokenRevocation,
} from './verifier/revocation-feed.ts'
export type { SignatureVerdict, TokenSignature } from './verifier/token-signature.ts'
export type { ForgedToken, TokenVerdict, VerifiedToken } from './verifier/token-verdict.ts'
export type {
  RevokeSubjectOptions,
  SignalOptions,
  SubjectRevocationResult,
  TokenVerifier,
  VerifierStats,
  VerifyTokenOptions,
} from './verifier/token-verifier.ts'
export type { VerifyTrace } from './verifier/trace-verify.ts'
