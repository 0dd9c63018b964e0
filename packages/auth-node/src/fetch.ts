import type { Decision, IdentityOf } from './guards/authenticate.ts'
import type { GuardOptions } from './guards/options.ts'
import { createAuthenticate } from './index.ts'
import type { VerifiedToken } from './verifier/token-verdict.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

export { fromCookie, fromHeader, fromWebSocketProtocol } from './index.ts'

/** A handler that gets the identity after the request, and then what the framework passes. */
export type IdentifiedHandler<Identity, Rest extends readonly unknown[]> = (
  request: Request,
  identity: Identity,
  ...rest: Rest
) => Response | Promise<Response>

/** Puts the check in front of a handler. */
export type Guard<Identity> = <Rest extends readonly unknown[]>(
  handler: IdentifiedHandler<Identity, Rest>,
) => (request: Request, ...rest: Rest) => Promise<Response>

/** Let in, with an identity or, where that is optional, without one; or refused, with the response to return. */
export type RequestDecision =
  | { readonly identity: VerifiedToken | undefined; readonly response?: undefined }
  | { readonly identity?: undefined; readonly response: Response }

/**
 * Makes a check for places other than handlers, such as the proxy of Next or the loaders of Remix.
 *
 * @param verifier made by `createTokenVerifier`
 * @param options which tokens are let in, and how a refusal is answered
 * @returns a function that resolves to the identity, or to the response to return in place of the handler's
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or `verifier` is not a verifier
 * @example
 * ```ts
 * const check = createRequestCheck(verifier, { scopes: ['user'] })
 * export async function loader({ request }: { request: Request }) {
 *   const { response, identity } = await check(request)
 *   return response ?? Response.json({ sub: identity?.sub })
 * }
 * ```
 */
export function createRequestCheck(
  verifier: TokenVerifier,
  options?: GuardOptions<Request>,
): (request: Request) => Promise<RequestDecision> {
  const authenticate = createAuthenticate(verifier, options)
  return async (request) => {
    const { headers, method, signal, url } = request
    const authorization = headers.get('authorization') ?? undefined
    const found = authenticate({ authorization, url, method, headers, signal }, request)
    const { refusal, identity }: Decision = 'then' in found ? await found : found
    return refusal ? { response: new Response(refusal.body, refusal) } : { identity }
  }
}

/**
 * Makes a guard for handlers that take a `Request` and return a `Response`: route handlers of Next, Workers, Bun, Deno.
 *
 * The guard answers all other requests itself: 401 without a good token, 403 without the scopes, 400 for more than one credential, and
 * 503 with `Retry-After` while the service gives no answer.
 *
 * @param verifier made by `createTokenVerifier`
 * @param options which tokens are let in, and how a refusal is answered
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or `verifier` is not a verifier
 * @see RFC 6750 section 3
 * @example
 * ```ts
 * export const GET = requireToken(verifier, { scopes: ['user'] })((request, identity) =>
 *   Response.json({ sub: identity.sub }),
 * )
 * ```
 */
export function requireToken<Optional extends boolean | undefined = false>(
  verifier: TokenVerifier,
  options?: GuardOptions<Request> & { readonly optional?: Optional },
): Guard<IdentityOf<Optional>> {
  const check = createRequestCheck(verifier, options)
  return (handler) =>
    async (request, ...rest) => {
      const { response, identity } = await check(request)

      return response ?? handler(request, identity as IdentityOf<Optional>, ...rest)
    }
}
