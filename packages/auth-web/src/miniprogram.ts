export type { AuthClient } from './client/auth-client.ts'
export { createAuthClient } from './client/mini-program-client.ts'
export type { AuthClientOptions } from './client/mini-program-client.ts'
export type {
  MiniProgram,
  MiniProgramAnswer,
  MiniProgramRequest,
  MiniProgramTask,
} from './mini-program/mini-program.ts'
export { cloudbaseSession, wxStorageSession } from './mini-program/mini-program-sessions.ts'
export type {
  CloudbaseSessionOptions,
  WxStorageSessionOptions,
} from './mini-program/mini-program-sessions.ts'
export { memorySession } from './session/session.ts'
export type { Session, StoragePlace } from './session/session.ts'
export type { LocalOutcome } from './sign-out/clear-session.ts'
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
