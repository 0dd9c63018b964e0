import type { OperationName } from '../errors/base-error.ts'
import { AuthTimeoutError, AuthTokenStillActiveError } from '../errors/errors.ts'
import { readOptions } from '../errors/read-options.ts'
import { operations } from '../generated/operations.ts'
import { backoffMs } from '../request/backoff.ts'
import { type Deadline, startDeadline } from '../request/deadline.ts'
import type { Answer } from '../request/answer.ts'
import type { PlainRequest } from '../request/plain-request.ts'
import { noteRevocation, wasTokenRevoked } from '../verdict/revocations.ts'
import { assertBearerToken, findLocalObjection } from '../verdict/token.ts'
import {
  readRevocation,
  readVerdict,
  type RevokeTokenResult,
  type VerifyTokenResult,
} from '../verdict/verdict.ts'
import { createApi } from './api.ts'
import type { AuthClient, RequestOptions } from './auth-client.ts'
import { connect, type Connection, type OptionSource } from './connection.ts'
import { type AuthClientOptions, assertOptions, authClientOptionNames } from './options.ts'
import { callService } from './service.ts'
import {
  dataOf,
  errorOf,
  type Judged,
  type JudgedMethod,
  readRequestOptions,
  withResponse,
} from './token-method.ts'

/** One call of the user. */
interface TokenCall {
  readonly token: string
  readonly keepalive: boolean
  readonly deadline: Deadline
}

/**
 * Creates a client of one environment. Nothing is sent before its first method is called.
 *
 * @param options all that is given is checked at once
 * @param source for a wrapper: where to find, at the first use, what the options leave out
 * @throws {AuthConfigurationError} when an option cannot be used or does not exist; its `argument` names the option
 *
 * @example
 * ```ts
 * const auth = createAuthClient({ env: 'my-env', region: 'ap-shanghai' })
 *
 * const result = await auth.verifyToken(token)
 * if (!result.active) console.log(result.reason)
 * await auth.revokeToken(token)
 * ```
 */
export function createAuthClient(options: AuthClientOptions, source?: OptionSource): AuthClient {
  const given = readOptions('createAuthClient', options, authClientOptionNames)
  assertOptions(given, String)
  const { timeoutMs: clientTimeoutMs = 10_000, clockToleranceMs = 60_000 } = given
  let connected = source ? undefined : connect(given)
  const connection = (): Connection => (connected ??= connect(given, source))

  /** Sends one operation with what openapi-fetch has built of it, as often as needed, and judges the answer. */
  async function ask<Result>(
    operation: 'verifyToken' | 'revokeToken',
    { token, keepalive, deadline }: TokenCall,
    read: (answer: Answer, token: string) => Result,
  ): Promise<Judged<Result>> {
    const { serviceUrl, service, send, headersFor } = connection()
    const { method, path } = operations[operation]
    const sendBuilt = (built: Request): Promise<Answer> => {
      const { url, body = null } = built as unknown as PlainRequest
      const headers = headersFor(token)
      if (body !== null) headers['content-type'] = 'application/json'
      return send({
        operation,
        method,
        path,
        url,
        headers,
        body,
        keepalive,
        secret: token,
        // Both operations are safe to repeat.
        isRepeatable: true,
        deadline,
        findError: (found) => errorOf(() => read(found, token)),
      })
    }
    const { response } = await callService(serviceUrl, sendBuilt, (fetch) => {
      // The answer is read and parsed beneath; as a stream, openapi-fetch leaves it as it is.
      const init = { fetch, parseAs: 'stream' } as const
      return operation === 'verifyToken'
        ? service.GET(operations.verifyToken.path, init)
        : service.POST(operations.revokeToken.path, { ...init, body: { token } })
    })
    const answer = response as unknown as Answer
    return { data: read(answer, token), answer }
  }

  async function revoke(call: TokenCall): Promise<Judged<RevokeTokenResult>> {
    const judged = await ask('revokeToken', call, readRevocation)
    noteRevocation(call.token)
    return judged
  }

  function startCall(
    operation: OperationName,
    token: string,
    request: RequestOptions | undefined,
  ): TokenCall {
    const { timeoutMs = clientTimeoutMs, signal, keepalive = false } = readRequestOptions(operation, request)
    return { token, keepalive, deadline: startDeadline(operation, timeoutMs, signal) }
  }

  const verifyToken: JudgedMethod<VerifyTokenResult> = (token, request) => {
    const call = startCall('verifyToken', token, request)
    const reason = findLocalObjection(token, clockToleranceMs)
    return reason ? { data: { active: false, reason } } : ask('verifyToken', call, readLatestVerdict)
  }

  const revokeToken: JudgedMethod<RevokeTokenResult> = (token, request) => {
    const call = startCall('revokeToken', token, request)
    assertBearerToken(token)
    return revoke(call)
  }

  async function revokeAndVerifyToken(
    token: string,
    request?: RequestOptions,
  ): Promise<Judged<RevokeTokenResult>> {
    const call = startCall('revokeAndVerifyToken', token, request)
    assertBearerToken(token)
    const { data } = await revoke(call)
    // Only the revocation has to outlive a page.
    const question = { ...call, keepalive: false }
    let isStillActive = false
    try {
      for (let attempt = 1; ; attempt += 1) {
        const judged = await ask('verifyToken', question, readVerdict)
        if (!judged.data.active) return { ...judged, data }
        isStillActive = true
        if (!(await call.deadline.pause(backoffMs(attempt)))) throw new AuthTokenStillActiveError()
      }
    } catch (error) {
      throw isStillActive && error instanceof AuthTimeoutError ? new AuthTokenStillActiveError() : error
    }
  }

  return {
    get clientId() {
      return connection().clientId
    },
    get serviceUrl() {
      return connection().serviceUrl
    },
    clockToleranceMs,
    verifyToken: dataOf(verifyToken),
    revokeToken: dataOf(revokeToken),
    revokeAndVerifyToken: dataOf(revokeAndVerifyToken),
    withResponse: {
      verifyToken: withResponse(verifyToken),
      revokeToken: withResponse(revokeToken),
      revokeAndVerifyToken: withResponse(revokeAndVerifyToken),
    },
    api: createApi(connection, clientTimeoutMs),
  }
}

/** The service may be late, and the answer may have been on its way while the token was revoked. */
function readLatestVerdict(answer: Answer, token: string): VerifyTokenResult {
  const verdict = readVerdict(answer, token)
  return wasTokenRevoked(token) ? { active: false, reason: 'rejected' } : verdict
}
