export type { AuthMock } from './mock/auth-mock.ts'
export { startAuthMock, type AuthMockOptions } from './mock/start-auth-mock.ts'
export {
  createFakeVerifier,
  type FakeHolder,
  type FakeVerifier,
  type FakeVerifierOptions,
  type FakeVerifierStats,
} from './mock/fake-verifier.ts'
export type { ErrorName } from './http/answer.ts'
export type { Fault, FaultBody, FaultTransport, HttpDateFormat } from './faults/fault.ts'
export type { Operation } from './service/operations.ts'
export type { RecordedRequest } from './mock/request-log.ts'
export type { IssuedToken, IssueTokenOptions } from './service/token-store.ts'
