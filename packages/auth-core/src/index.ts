export { createAuthClient } from './client/create-auth-client.ts'
export type {
  AuthClient,
  TokenMethod,
  RequestOptions,
  ResponseInfo,
  WithResponse,
} from './client/create-auth-client.ts'
export {
  AuthApiError,
  AuthConfigurationError,
  AuthNetworkError,
  AuthResponseError,
  AuthTimeoutError,
  AuthTokenStillActiveError,
  isAuthError,
} from './errors/errors.ts'
export type {
  ApiErrorDetails,
  AuthError,
  ResponseErrorDetails,
  ResponseErrorReason,
  OperationName,
} from './errors/errors.ts'
export { assertArgument, assertRange } from './errors/assert.ts'
export { describeValue, toPlainText } from './errors/plain-text.ts'
export { type OptionNames, readOptions } from './errors/read-options.ts'
export { operations } from './generated/operations.ts'
export type { Observer, RequestEvent, ResponseEvent } from './client/observer.ts'
export type { AuthClientOptions, Region } from './client/options.ts'
export { onTokenRevoked } from './verdict/revocations.ts'
export type { Fetch, FetchInit, FetchResponse } from './request/send-once.ts'
export { isBearerToken, readTokenExpiry, readTokenIssuedAt, readTokenSubject } from './verdict/token.ts'
export type { ActiveToken, InactiveToken, RevokeTokenResult, VerifyTokenResult } from './verdict/verdict.ts'
