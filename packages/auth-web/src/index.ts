export { createAuthClient } from './client/create-auth-client.ts'
export type { AuthClient, AuthClientOptions } from './client/create-auth-client.ts'
export { cloudbaseSession } from './session/cloudbase-session.ts'
export type { CloudbaseSessionOptions } from './session/cloudbase-session.ts'
export type { RemoteOutcome } from './sign-out/revoke-and-report.ts'
export type { SignOutOptions, SignOutResult } from './sign-out/end-session.ts'
export type { PendingPlace, PendingStore } from './sign-out/waiting-revocations.ts'
export { memorySession, webStorageSession } from './session/session.ts'
export type { Session, WebStorageSessionOptions } from './session/session.ts'
export type { SessionControl, SignedOutEvent } from './sign-out/session-lifecycle.ts'
export {
  AuthApiError,
  AuthConfigurationError,
  AuthNetworkError,
  AuthResponseError,
  AuthTimeoutError,
  AuthTokenStillActiveError,
  isAuthError,
  readTokenExpiry,
} from '@tokenward/auth-core'
export type {
  ActiveToken,
  ApiErrorDetails,
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
