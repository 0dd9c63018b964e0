import { authError, missingCredentials, type Answer } from '../http/answer.ts'
import type { ReceivedRequest } from '../http/received-request.ts'

/** What the service says to a token that it cannot read. */
export const malformedToken: Answer = authError('failed_precondition', 'the token is malformed')

/** Refuses a request whose Authorization holds no bearer token: an answer that is an error in every operation. */
export function refuseWithoutBearer(request: ReceivedRequest): Answer {
  return request.hasMalformedBearer ? malformedToken : missingCredentials(request)
}
