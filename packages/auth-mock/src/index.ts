export type { AuthMock } from './auth-mock.ts'
export { startAuthMock, type AuthMockOptions } from './start-auth-mock.ts'
export {
  createFakeVerifier,
  type FakeHolder,
  type FakeVerifier,
  type FakeVerifierOptions,
  type FakeVerifierStats,
} from './fake-verifier.ts'
export type { ErrorName } from './answer.ts'
export type { Fault, FaultBody, FaultTransport, HttpDateFormat } from './fault.ts'
export type { Operation } from './operations.ts'
export type { RecordedRequest } from './request-log.ts'
export type { IssuedToken, IssueTokenOptions } from './token-ledger.ts'
