import type { Answer } from '../http/answer.ts'
import type { ReceivedRequest } from '../http/received-request.ts'
import type { SessionStore } from './session-store.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { TokenStore } from './token-store.ts'

/** What the operations work on. */
export interface Service {
  readonly tokens: TokenStore
  readonly sessions: SessionStore
  readonly keys: SigningKeys
  readonly now: () => number
}

/** A revocation that is answered with success and does nothing, or that takes effect so many milliseconds later. */
export type FailedRevocation = 'ignored' | { readonly lateMs: number }

/** Carries an operation out. `failedRevocation` is for `revokeToken` alone. */
export type Perform = (
  service: Service,
  request: ReceivedRequest,
  failedRevocation?: FailedRevocation,
) => Answer
