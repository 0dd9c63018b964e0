import type { Decision, GuardOptions, IdentityOf } from './guards/authenticate.ts'
import { createAuthenticate } from './index.ts'
import type { TokenVerifier, VerifiedToken } from './verifier/token-verifier.ts'

/** A handler that is told whose request it is; what the framework passes after the request follows. */
export type IdentifiedHandler<Identity, Rest extends readonly unknown[]> = (
  request: Request,
  identity: Identity,
  ...rest: Rest
) => Response | Promise<Response>

/** Puts the check before a handler. */
export type Guard<Identity> = <Rest extends readonly unknown[]>(
  handler: IdentifiedHandler<Identity, Rest>,
) => (request: Request, ...rest: Rest) => Promise<Response>

/** Let in, as somebody or as nobody; or refused, with the response to return. */
export type RequestDecision =
  | { readonly identity: VerifiedToken | undefined; readonly response?: undefined }
  | { readonly identity?: undefined; readonly response: Response }

/**
 * Makes a check for places that are no handlers, such as the middleware of Next or the loaders of Remix.
 *
 * @returns a function that resolves to the identity, or to the response to return in place of the handler's
 * @throws {AuthConfigurationError} when an option cannot be used
 */
export function createRequestCheck(
  verifier: TokenVerifier,
  options?: GuardOptions<Request>,
): (request: Request) => Promise<RequestDecision> {
  const authenticate = createAuthenticate(verifier, options)
  return async (request) => {
    const authorization = request.headers.get('authorization') ?? undefined
    const found = authenticate({ authorization, url: request.url, signal: request.signal }, request)
    const { refusal, identity }: Decision = 'then' in found ? await found : found
    return refusal ? { response: new Response(refusal.body, refusal) } : { identity }
  }
}

/**
 * Makes a guard for handlers that take a `Request` and return a `Response`: route handlers of Next, Workers, Bun, Deno.
 *
 * The rest is answered here: 401 without a good token, 403 without the scopes, 400 for more than one credential, and 503 with
 * `Retry-After` while the service cannot be asked.
 *
 * @throws {AuthConfigurationError} when an option cannot be used
 * @see RFC 6750 section 3
 */
export function requireToken<Optional extends boolean | undefined = false>(
  verifier: TokenVerifier,
  options?: GuardOptions<Request> & { readonly optional?: Optional },
): Guard<IdentityOf<Optional>> {
  const check = createRequestCheck(verifier, options)
  return (handler) =>
    async (request, ...rest) => {
      const { response, identity } = await check(request)
      // Nobody passes only where `optional` says so, which the type follows.
      return response ?? handler(request, identity as IdentityOf<Optional>, ...rest)
    }
}
