export { createAuthClient } from './client/create-auth-client.ts'
export type {
  AuthApi,
  AuthClient,
  TokenMethod,
  RequestOptions,
  ResponseInfo,
  WithResponse,
} from './client/auth-client.ts'
export type { OptionSource } from './client/connection.ts'
export { AuthApiError, AuthResponseError } from './errors/answer-errors.ts'
export type { ApiErrorDetails, ResponseErrorDetails, ResponseErrorReason } from './errors/answer-errors.ts'
export type { OperationName } from './errors/base-error.ts'
export {
  AuthConfigurationError,
  AuthNetworkError,
  AuthTimeoutError,
  AuthTokenEndedError,
  AuthTokenStillActiveError,
  isAuthError,
} from './errors/errors.ts'
export type { AuthError, TokenEndedReason } from './errors/errors.ts'
export { assertArgument, assertRange } from './errors/assert.ts'
export { orUndefined } from './errors/or-undefined.ts'
export { describeValue, toPlainText } from './errors/plain-text.ts'
export type { OptionKind } from './errors/assert.ts'
export { type OptionNames, readOptions } from './errors/read-options.ts'
export { keyIdentities } from './generated/key-identities.ts'
export { operations } from './generated/operations.ts'
export { onAbort } from './request/abort-listeners.ts'
export type { Observer, RequestEvent, ResponseEvent } from './request/observer.ts'
export { authClientOptionNames } from './client/options.ts'
export type { AuthClientOptions, NameOfOption, Region } from './client/options.ts'
export { forgetRevocation, onTokenRevoked, wasTokenRevoked } from './verdict/revocations.ts'
export type { BodyStream, Fetch, FetchInit, FetchResponse } from './request/fetch.ts'
export { isBearerToken, readTokenExpiry, readTokenIssuedAt, readTokenSubject } from './verdict/token.ts'
export { vouchesForToken } from './verdict/verdict.ts'
export type { ActiveToken, InactiveToken, RevokeTokenResult, VerifyTokenResult } from './verdict/verdict.ts'
