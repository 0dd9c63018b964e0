import {
  type FunctionCall,
  type FunctionRefusal,
  readEventToken,
  readHttpCall,
  readWebSocket,
} from './cloudbase/function-call.ts'
import type { Decision, IdentityOf } from './guards/authenticate.ts'
import type { GuardOptions } from './guards/options.ts'
import { createAuthenticate } from './index.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

export { fromCookie, fromHeader, fromWebSocketProtocol } from './index.ts'
export type { FunctionCall, FunctionRefusal } from './cloudbase/function-call.ts'

/** A cloud function that gets the identity after what the platform passes. */
export type IdentifiedFunction<Identity, Event, Context, Result> = (
  event: Event,
  context: Context,
  identity: Identity,
) => Result | Promise<Result>

/** Puts the check in front of a cloud function. */
export type Guard<Identity> = <Event, Context, Result>(
  main: IdentifiedFunction<Identity, Event, Context, Result>,
) => (event: Event, context: Context) => Promise<Result | FunctionRefusal>

/** What `main.handleUpgrade` of functions-framework answers. */
export interface UpgradeAnswer {
  readonly allowWebSocket: boolean
  readonly statusCode?: number
  readonly body?: string
  readonly contentType?: string
}

/** Decides about a call: over HTTP as the options say, else by `event.token`. */
function createDecide(
  verifier: TokenVerifier,
  options: GuardOptions<FunctionCall> = {},
  isUpgrade: boolean = false,
): (call: FunctionCall) => Decision | Promise<Decision> {
  const overHttp = createAuthenticate(verifier, options)
  // Cookies and headers are of HTTP; a function of the application may look elsewhere in the event.
  const places = [options.readToken ?? []].flat()
  const functions = places.filter((place) => typeof place === 'function')
  const readToken = functions.length > 0 ? functions : readEventToken
  const direct = createAuthenticate(verifier, { ...options, readToken })
  return (call) => {
    const credentials = readHttpCall(call)
    // What opens a WebSocket, or comes over one, is no harmless GET, whatever is left of its headers.
    return credentials
      ? overHttp(isUpgrade || readWebSocket(call) ? { ...credentials, method: undefined } : credentials, call)
      : direct({ authorization: undefined, url: undefined }, call)
  }
}

/**
 * Makes a guard for cloud functions, `main(event, context)`, however they are called:
 *
 * - over the HTTP access service: the token is in the header Authorization, in any capitals, or where `readToken` says;
 * - by functions-framework, in the cloud or in CloudRun: the same, from `context.httpContext`;
 * - directly, such as by `wx.cloud.callFunction`: the token is `event.token`.
 *
 * The guard answers all other calls itself, with `{ statusCode, headers, body }`: 401 without a good token, 403 without the scopes, 400 for
 * more than one credential, and 503 with `Retry-After` while the service gives no answer. The result of a function that was called directly
 * is that object. A WebSocket of functions-framework is closed with the code 4401, 4403, 4400 or 4503.
 *
 * Create client and verifier outside of the function, so that the calls of one instance share its memory. They need no timer, and work after
 * the instance was frozen.
 *
 * @param verifier made by `createTokenVerifier`
 * @param options which tokens are let in, and how a refusal is answered
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or `verifier` is not a verifier
 * @see https://docs.cloudbase.net/service/access-cloud-function, RFC 6750 section 3
 * @example
 * ```ts
 * const verifier = createTokenVerifier(createAuthClient({ env: 'my-env' }))
 * export const main = requireToken(verifier, { scopes: ['user'] })(async (event, context, identity) => ({
 *   sub: identity.sub,
 * }))
 * ```
 */
export function requireToken<Optional extends boolean | undefined = false>(
  verifier: TokenVerifier,
  options?: GuardOptions<FunctionCall> & { readonly optional?: Optional },
): Guard<IdentityOf<Optional>> {
  const decide = createDecide(verifier, options)
  return (main) => async (event, context) => {
    const call = { event, context }
    const found = decide(call)
    const { refusal, identity }: Decision = 'then' in found ? await found : found
    // `undefined` only where `optional` is true, which the type says as well.
    if (!refusal) return main(event, context, identity as IdentityOf<Optional>)
    const { status: statusCode, headers, body } = refusal
    readWebSocket(call)?.close(4_000 + statusCode, 'refused')
    return { statusCode, headers, body, isBase64Encoded: false }
  }
}

/**
 * Makes the function `handleUpgrade` of functions-framework, which decides whether a WebSocket is opened. The framework can answer with a
 * status and a body, but with no header of its own.
 *
 * @param verifier made by `createTokenVerifier`
 * @param options which tokens are let in; a page needs `readToken: fromWebSocketProtocol()` or `fromCookie(…)`
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or `verifier` is not a verifier
 * @example
 * ```ts
 * const options = { readToken: fromWebSocketProtocol() }
 * exports.main = requireToken(verifier, options)((event, { ws }, identity) => ws?.send(`hello ${identity.sub}`))
 * exports.main.handleUpgrade = createUpgradeCheck(verifier, options)
 * ```
 */
export function createUpgradeCheck(
  verifier: TokenVerifier,
  options?: GuardOptions<FunctionCall>,
): (context: unknown) => Promise<UpgradeAnswer> {
  const decide = createDecide(verifier, options, true)
  return async (context) => {
    const { refusal } = await decide({ event: undefined, context })
    if (!refusal) return { allowWebSocket: true }
    const { status: statusCode, headers, body } = refusal
    const contentType = headers['content-type'] ?? 'application/json'
    return { allowWebSocket: false, statusCode, body, contentType }
  }
}
