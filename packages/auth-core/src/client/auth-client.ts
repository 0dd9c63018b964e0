import type { Client } from 'openapi-fetch'
import type { paths } from '../generated/schema.ts'
import type { FetchResponse } from '../request/fetch.ts'
import type { RevokeTokenResult, VerifyTokenResult } from '../verdict/verdict.ts'

/** Options of a single call. */
export interface RequestOptions {
  /** Ends the wait; the promise then rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** How long this call may take in all, in milliseconds; 1 to 2,147,483,647. @default the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined
  /** Lets the revocation outlive the page that sends it, in browsers. @default false */
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

/**
 * openapi-fetch's client of the whole spec: an operation that is added to the spec can be called at once.
 *
 * @see https://openapi-ts.dev/openapi-fetch/
 */
export type AuthApi = Client<paths>

/** The two operations of the service, both in one, and the whole spec. */
export interface AuthClient {
  /**
   * The application: `clientId` of the options, else `env`.
   *
   * @throws {AuthConfigurationError} of a wrapper that reads the environment at the first use: when a variable is missing or cannot be used
   */
  readonly clientId: string | undefined
  /**
   * The service's address, without a slash at its end and spelled as the platform spells URLs: part of every name in a shared place.
   *
   * @throws {AuthConfigurationError} as `clientId` does
   */
  readonly serviceUrl: string
  /** How far this machine's clock may be ahead before a token is called expired without asking, in milliseconds. */
  readonly clockToleranceMs: number
  /**
   * Asks the service whether a token is alive. `GET /auth/v1/token/introspect`.
   *
   * Security: `active` is not yet "may come in". It is true for anonymous users, for tokens of other applications and for the vendor's API
   * keys; check `scope`, `client_id` and `sub`, or leave that to a guard of `@tokenward/auth-node`.
   *
   * An empty object means inactive, and so do the 400 and 401 that speak of the token. A token that cannot be a bearer token, or whose own
   * `exp` has passed, is inactive without a request. So is, whatever the service still says, a token that this process has revoked.
   *
   * @param token the access token, without `Bearer`
   * @returns what the service says of the token
   * @throws {AuthApiError} when the service answers with an error that says nothing about the token, such as 429 or 503
   * @throws {AuthResponseError} when the service did not send the answer: a redirect, no JSON, too large, another shape
   * @throws {AuthNetworkError} when the service cannot be reached
   * @throws {AuthTimeoutError} when the deadline passes first
   * @throws {AuthConfigurationError} when the token is not a string, an option cannot be used, or `fetch` gives no response
   * @see "Verify Token" of the CloudBase HTTP API; RFC 7662 section 2
   *
   * @example
   * ```ts
   * const result = await auth.verifyToken(token)
   * if (result.active && result.client_id === 'my-app') console.log(result.sub, result.scope)
   * ```
   */
  readonly verifyToken: TokenMethod<VerifyTokenResult>
  /**
   * Revokes a token, like logging out. `POST /auth/v1/revoke`, with the token in both forms that are known to be read.
   *
   * Resolves when the service has accepted the revocation; only {@link AuthClient.revokeAndVerifyToken} proves that the token is dead.
   * Harmless when repeated. Asks the service even when this machine's clock says that the token has expired. From then on no client of
   * this process reports the token active; a worker thread is to another what a process is.
   *
   * @param token the access token, without `Bearer`
   * @returns `already_inactive` when the service said that the token was dead before
   * @throws {AuthApiError} when the service answers with an error that says nothing about the token
   * @throws {AuthResponseError} when the service did not send the answer
   * @throws {AuthNetworkError} when the service cannot be reached
   * @throws {AuthTimeoutError} when the deadline passes first
   * @throws {AuthConfigurationError} when the token is missing or cannot be a bearer token, an option cannot be used, or `fetch` gives no
   * response
   * @see "Revoke Token" of the CloudBase HTTP API; RFC 7009 section 2
   *
   * @example
   * ```ts
   * const { outcome } = await auth.revokeToken(token) // 'revoked' or 'already_inactive': dead either way
   * ```
   */
  readonly revokeToken: TokenMethod<RevokeTokenResult>
  /**
   * Revokes a token, then asks until the service itself says that it is dead, all within one deadline.
   *
   * @param token the access token, without `Bearer`
   * @returns as {@link AuthClient.revokeToken}
   * @throws {AuthTokenStillActiveError} when the service still calls the token active when the time is up
   * @throws the errors of {@link AuthClient.revokeToken} and {@link AuthClient.verifyToken}
   *
   * @example
   * ```ts
   * await auth.revokeAndVerifyToken(leakedToken, { timeoutMs: 60_000 })
   * ```
   */
  readonly revokeAndVerifyToken: TokenMethod<RevokeTokenResult>
  /**
   * The same three methods, resolving to the result together with the answer's status, headers and request id.
   *
   * @example
   * ```ts
   * const { data, response } = await auth.withResponse.verifyToken(token)
   * if (response) console.log(response.status, response.requestId)
   * else console.log('known without a request')
   * if (data.active) console.log(data.sub)
   * ```
   */
  readonly withResponse: {
    readonly verifyToken: TokenMethod<WithResponse<VerifyTokenResult>>
    readonly revokeToken: TokenMethod<WithResponse<RevokeTokenResult>>
    readonly revokeAndVerifyToken: TokenMethod<WithResponse<RevokeTokenResult>>
  }
  /**
   * openapi-fetch's typed client of the whole spec, over the same retries, deadline, size limit and strict reading as the methods above.
   *
   * Security: it resolves to `{ data, error, response }` **without a verdict**. A token is alive only when `verifyToken` says so; data of the
   * right type proves nothing, because types are not checked against the answer. The token, the client id and the device id are yours to
   * send. Neither errors nor events hold the token.
   *
   * Every answer is read to its end before the call resolves: `parseAs` can be `'json'`, as it is by default, or `'text'`, for the same JSON
   * as text. `response` has the answer's status, headers, `text()` and `json()`, and is no instance of the platform's `Response`.
   *
   * GET, HEAD, OPTIONS, PUT, DELETE and TRACE are repeated after a failure; POST and PATCH are sent once. Its middleware (`api.use`) is yours
   * alone: the methods above never run it.
   *
   * @throws {AuthResponseError} for a redirect, and for a success that is too large or no JSON
   * @throws {AuthNetworkError} when the service cannot be reached
   * @throws {AuthTimeoutError} when the client's `timeoutMs` passes first
   * @throws {AuthConfigurationError} for an operation that the spec does not have, another address, another `parseAs`, a header that cannot
   * be sent, or a `fetch` that gives no response
   * @see https://openapi-ts.dev/openapi-fetch/
   *
   * @example
   * ```ts
   * const { data, error } = await auth.api.GET('/auth/v1/token/introspect', {
   *   params: { query: { client_id: 'my-env' } },
   *   headers: { authorization: `Bearer ${token}` },
   * })
   * ```
   */
  readonly api: AuthApi
}
