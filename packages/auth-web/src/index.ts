export { createAuthClient } from './client.ts'
export type { AuthClient, AuthClientOptions } from './client.ts'
export { cloudbaseSession } from './cloudbase-session.ts'
export type { CloudbaseSessionOptions } from './cloudbase-session.ts'
export type { RemoteOutcome } from './deliver.ts'
export type { SignOutOptions, SignOutResult } from './end-session.ts'
export type { PendingPlace, PendingStore } from './pending.ts'
export { memorySession, webStorageSession } from './session.ts'
export type { Session, WebStorageSessionOptions } from './session.ts'
export type { SessionControl, SignedOutEvent } from './session-control.ts'
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
  ApiFailure,
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
