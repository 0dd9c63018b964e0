/** An answer of the service, as it stands on the wire. */
export interface WireAnswer {
  readonly name: string
  readonly status: number
  readonly body: unknown
}

/** Every error answer that means "this token is dead", from the service and from the gateway. */
export const deadAnswers: readonly WireAnswer[] = [
  { name: '400 with error_code 9', status: 400, body: { error: 'failed_precondition', error_code: 9 } },
  { name: '400 invalid_token', status: 400, body: { error: 'invalid_token' } },
  {
    name: '400 invalid_access_token',
    status: 400,
    body: { error: 'invalid_access_token', error_code: 4001 },
  },
  { name: '401 with error_code 16', status: 401, body: { error: 'unauthenticated', error_code: 16 } },
  ...['ACCESS_TOKEN_INVALID', 'ACCESS_TOKEN_EXPIRED', 'ACCESS_TOKEN_KID_INVALID', 'INVALID_ACCESS_TOKEN'].map(
    (code) => ({ name: `401 ${code}`, status: 401, body: { code, message: '' } }),
  ),
]

/** What `verifyToken` answers, with status 200, to a token that has ended. To `revokeToken` the same answer means success. */
export const emptyAnswer: WireAnswer = { name: 'an empty object', status: 200, body: {} }
