import { withDeadline } from './deadline.ts'
import { AuthTokenStillActiveError, type OperationName } from '../errors/errors.ts'
import { assertRange } from '../errors/assert.ts'
import { type AuthClientOptions, readServiceUrl } from './options.ts'
import { backoffMs } from '../request/backoff.ts'
import { latest, noteRevocation } from '../verdict/revocations.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import type { FetchResponse } from '../request/send-once.ts'
import { createSend, type ServiceCall } from '../request/send.ts'
import { assertBearerToken, refuse } from '../verdict/token.ts'
import {
  readRevocation,
  readVerdict,
  type RevokeTokenResult,
  type VerifyTokenResult,
} from '../verdict/verdict.ts'

/** Options of a single call. */
export interface RequestOptions {
  /** Ends the wait; the promise then rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** How long this call may take in all, in milliseconds. @default the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined
  /** Lets the request outlive the page that sends it, in browsers. @default false */
  readonly keepalive?: boolean | undefined
}

/** What came over the wire beside the result. */
export interface ResponseInfo {
  /** HTTP status. */
  readonly status: number
  readonly headers: FetchResponse['headers']
  /** The id to quote to the vendor's support, where the service gave one. */
  readonly requestId: string | undefined
}

/** A result with the answer it was read from. */
export interface WithResponse<Data> {
  readonly data: Data
  /** `undefined` when the result was known without a request. */
  readonly response?: ResponseInfo | undefined
}

/** A method of the client: the access token, without `Bearer`, and options of this call. */
export type TokenMethod<Result> = (token: string, options?: RequestOptions) => Promise<Result>

/** The two operations of the service, and both in one. */
export interface AuthClient {
  /** The application: `clientId` of the options, else `env`. */
  readonly clientId: string | undefined
  /** The service's address, without a slash at its end and spelled as the platform spells URLs: part of every name in a shared place. */
  readonly serviceUrl: string
  /** How far this machine's clock may be ahead before a token is called expired without asking, in milliseconds. */
  readonly clockToleranceMs: number
  /**
   * Asks the service whether a token is alive. `GET /auth/v1/token/introspect`.
   *
   * An empty object means inactive, and so do the 400 and 401 that speak of the token. A token that cannot be a bearer token, or
   * whose own `exp` has passed, is inactive without a request.
   *
   * @param token the access token, without `Bearer`
   * @returns what the service says of the token
   * @throws {AuthApiError} when the service answers with an error that says nothing about the token, such as 429 or 503
   * @throws {AuthResponseError} when the answer is none of the service: a redirect, no JSON, too large, another shape
   * @throws {AuthNetworkError} when the service cannot be reached
   * @throws {AuthTimeoutError} when the deadline passes first
   * @throws {AuthConfigurationError} when the token is not a string, or an option is out of range
   * @see "Verify Token" of the CloudBase HTTP API
   */
  readonly verifyToken: TokenMethod<VerifyTokenResult>
  /**
   * Revokes a token, like logging out. `POST /auth/v1/revoke`, with the token in both forms that are known to be read.
   *
   * Resolves when the service has accepted the revocation; only {@link AuthClient.revokeAndVerifyToken} proves that the token is
   * dead. Harmless when repeated. Asks the service even when this machine's clock says that the token has expired.
   *
   * @param token the access token, without `Bearer`
   * @returns `already_inactive` when the service said that the token was dead before
   * @throws {AuthApiError} when the service answers with an error that says nothing about the token
   * @throws {AuthResponseError} when the answer is none of the service
   * @throws {AuthNetworkError} when the service cannot be reached
   * @throws {AuthTimeoutError} when the deadline passes first
   * @throws {AuthConfigurationError} when the token cannot be a bearer token: then it is alive somewhere in another spelling
   * @see "Revoke Token" of the CloudBase HTTP API; RFC 7009 section 2
   */
  readonly revokeToken: TokenMethod<RevokeTokenResult>
  /**
   * Revokes a token, then asks until the service itself says that it is dead, all within one deadline.
   *
   * @param token the access token, without `Bearer`
   * @returns as {@link AuthClient.revokeToken}
   * @throws {AuthTokenStillActiveError} when the service still calls the token active when the time is up
   * @throws the errors of {@link AuthClient.revokeToken} and {@link AuthClient.verifyToken}
   */
  readonly revokeAndVerifyToken: TokenMethod<RevokeTokenResult>
  /** The same three methods, resolving to the result together with the answer's status, headers and request id. */
  readonly withResponse: {
    readonly verifyToken: TokenMethod<WithResponse<VerifyTokenResult>>
    readonly revokeToken: TokenMethod<WithResponse<RevokeTokenResult>>
    readonly revokeAndVerifyToken: TokenMethod<WithResponse<RevokeTokenResult>>
  }
}

/**
 * Creates a client of one environment. Nothing is sent before its first method is called.
 *
 * @throws {AuthConfigurationError} when an option cannot be used; its `argument` names the option
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const { clientId, env, timeoutMs: clientTimeoutMs = 10_000, clockToleranceMs = 60_000 } = options
  assertRange('timeoutMs', clientTimeoutMs, 1)
  assertRange('clockToleranceMs', clockToleranceMs)
  const send = createSend(options)

  const introspect = async (call: ServiceCall): Promise<WithResponse<VerifyTokenResult>> => {
    const response = await send('verifyToken', {}, call)
    return { data: readVerdict(response, call.token), response }
  }

  const revoke = async (call: ServiceCall): Promise<WithResponse<RevokeTokenResult>> => {
    const { token } = call
    const response = await send('revokeToken', { body: { token } }, call)
    const data = readRevocation(response, token)
    noteRevocation(token)
    return { data, response }
  }

  /** Makes a method of work under one deadline, unless the token alone decides the result. */
  function method<Result>(
    operation: OperationName,
    decide: (token: string) => WithResponse<Result> | undefined,
    work: (call: ServiceCall) => Promise<WithResponse<Result>>,
  ): TokenMethod<WithResponse<Result>> {
    return async (token, { timeoutMs = clientTimeoutMs, signal, keepalive = false } = {}) => {
      assertRange('timeoutMs', timeoutMs, 1)
      return (
        decide(token) ??
        withDeadline(operation, timeoutMs, signal, (deadline) =>
          work(Object.assign(deadline, { token, keepalive })),
        )
      )
    }
  }

  const withResponse: AuthClient['withResponse'] = {
    verifyToken: method<VerifyTokenResult>(
      'verifyToken',
      (token) => {
        const reason = refuse(token, clockToleranceMs)
        return reason && { data: { active: false, reason } }
      },
      async (call) => {
        let revocation = latest
        let answer = await introspect(call)
        // An answer that was on its way while the token was revoked is out of date.
        for (; revocation.next; revocation = revocation.next)
          if (revocation.token === call.token)
            answer = { ...answer, data: { active: false, reason: 'rejected' } }
        return answer
      },
    ),

    revokeToken: method('revokeToken', assertBearerToken, revoke),

    revokeAndVerifyToken: method('revokeAndVerifyToken', assertBearerToken, async (call) => {
      const { data } = await revoke(call)
      for (let attempt = 1; ; attempt += 1) {
        const { data: verdict, response } = await introspect(call)
        if (!verdict.active) return { data, response }
        call.late = () => new AuthTokenStillActiveError()
        if (!(await call.pause(backoffMs(attempt)))) throw call.late()
      }
    }),
  }

  return {
    clientId: clientId || env,
    serviceUrl: spell(readServiceUrl(options)),
    clockToleranceMs,
    verifyToken: dataOf(withResponse.verifyToken),
    revokeToken: dataOf(withResponse.revokeToken),
    revokeAndVerifyToken: dataOf(withResponse.revokeAndVerifyToken),
    withResponse,
  }
}

/** Spells an address as the platform does: the host in small letters, without the port that goes without saying. */
function spell(url: string): string {
  // Throws for a port beyond 65535, say.
  return (orUndefined(() => new URL(url).href) ?? url).replace(/\/*$/, '')
}

function dataOf<Data>(method: TokenMethod<WithResponse<Data>>): TokenMethod<Data> {
  return async (token, options) => (await method(token, options)).data
}
