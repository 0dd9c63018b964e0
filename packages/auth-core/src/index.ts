export { createAuthClient } from './client.ts'
export type { AuthClient, Method, RequestOptions, ResponseInfo, WithResponse } from './client.ts'
export {
  AuthApiError,
  AuthConfigurationError,
  AuthNetworkError,
  AuthResponseError,
  AuthTimeoutError,
  AuthTokenStillActiveError,
  isAuthError,
} from './errors.ts'
export type { ApiFailure, AuthError, Distrust, DistrustReason, OperationName } from './errors.ts'
export { operations } from './generated/operations.ts'
export type { Observer, RequestEvent, ResponseEvent } from './observer.ts'
export type { AuthClientOptions, Region } from './options.ts'
export { quietly } from './quietly.ts'
export { onTokenRevoked } from './revocations.ts'
export type { Fetch, FetchInit, FetchResponse } from './send.ts'
export { isBearerToken, readTokenExpiry, readTokenSubject } from './token.ts'
export type { ActiveToken, InactiveToken, RevokeTokenResult, VerifyTokenResult } from './verdict.ts'
