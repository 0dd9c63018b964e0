export { createAuthClient } from './client/create-auth-client.ts'
export type { AuthClient } from './client/auth-client.ts'
export { cloudbaseSession, webStorageSession } from './browser/browser-sessions.ts'
export type { WebStorageSessionOptions } from './browser/browser-sessions.ts'
export type { CloudbaseSessionOptions } from './session/cloudbase-session.ts'
export { memorySession } from './session/session.ts'
export type { Session, StoragePlace } from './session/session.ts'
export type { LocalOutcome } from './sign-out/clear-session.ts'
export type { AuthClientOptions } from './sign-out/connect.ts'
export type { PendingPlace, PendingStore } from './sign-out/pending-store.ts'
export type { SessionState } from './sign-out/follow-session.ts'
export type { RemoteOutcome } from './sign-out/revoke-and-report.ts'
export type {
  SessionEvent,
  SessionLifecycle,
  SignedOutEvent,
  SignOutOptions,
  SignOutResult,
  WatchSessionOptions,
} from './sign-out/session-lifecycle.ts'
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
