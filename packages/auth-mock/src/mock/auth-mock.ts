import type { Fault } from '../faults/fault.ts'
import type { RecordedRequest } from './request-log.ts'
import type { IssuedToken, IssueTokenOptions } from '../service/token-store.ts'

/** A running mock of the auth service. */
export interface AuthMock extends AsyncDisposable {
  /** Its origin, without a trailing slash. */
  readonly url: string
  readonly clientId: string
  /** Issues a token that the mock knows from now on. */
  readonly issueToken: (options?: IssueTokenOptions) => string
  /** Ends a token at once; an unknown one is ignored. */
  readonly revoke: (token: string) => void
  /** Lists every token issued, with its state by the mock's clock. */
  readonly tokens: () => readonly IssuedToken[]
  /** Lists the last 10,000 requests, oldest first, without their credentials. */
  readonly requests: () => readonly RecordedRequest[]
  /** Makes matching requests fail; calling the result ends it. Of several that match, the oldest hits. */
  readonly fail: (fault: Fault) => () => void
  /** Moves the mock's clock forward, in milliseconds. */
  readonly advance: (ms: number) => void
  /** Forgets tokens, requests and faults, and sets the clock right again. */
  readonly reset: () => void
  /** Ends every connection and frees the port. */
  readonly close: () => Promise<void>
}
