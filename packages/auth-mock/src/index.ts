export type { AuthMock, RotateKeysOptions } from './mock/auth-mock.ts'
export { startAuthMock } from './mock/start-auth-mock.ts'
export type { AuthMockOptions, HttpsOptions, MockSeed } from './mock/mock-options.ts'
export { createFakeVerifier } from './mock/create-fake-verifier.ts'
export type {
  FakeHolder,
  FakeRevocation,
  FakeSubjectRevocation,
  FakeVerifier,
  FakeVerifierOptions,
  FakeVerifierStats,
} from './mock/fake-verifier.ts'
export type { ErrorName } from './http/answer.ts'
export type { ActiveFault } from './faults/active-faults.ts'
export type { Fault, FaultBody, FaultTransport, HttpDateFormat } from './faults/fault.ts'
export type { Operation } from './service/operations.ts'
export type { FailedRevocation } from './service/service.ts'
export type { RecordedRequest } from './mock/request-log.ts'
export type { IssuedToken, IssueTokenOptions } from './service/token-store.ts'
