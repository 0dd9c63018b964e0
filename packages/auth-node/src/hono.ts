import type { Context, MiddlewareHandler } from 'hono'
import type { Decision, IdentityOf } from './guards/authenticate.ts'
import type { GuardOptions } from './guards/options.ts'
import { createAuthenticate } from './index.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

export { fromCookie, fromHeader, fromWebSocketProtocol } from './index.ts'

/** What the guard adds to a context: `context.get('identity')`. */
export interface Identified<Identity> {
  Variables: { identity: Identity }
}

/**
 * Makes middleware that lets only requests with a good token pass, and sets the variable `identity`, typed for the handlers that follow it in a route.
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
 * const app = new Hono().get('/me', requireToken(verifier, { scopes: ['user'] }), (context) =>
 *   context.json({ sub: context.get('identity').sub }),
 * )
 * ```
 */
export function requireToken<Optional extends boolean | undefined = false>(
  verifier: TokenVerifier,
  options?: GuardOptions<Context> & { readonly optional?: Optional },
): MiddlewareHandler<Identified<IdentityOf<Optional>>> {
  const authenticate = createAuthenticate(verifier, options)
  return async (context, next) => {
    const { req } = context
    const { method, url } = req
    const { headers } = req.raw
    const authorization = headers.get('authorization') ?? undefined
    const found = authenticate({ authorization, url, method, headers }, context)
    const { refusal, identity }: Decision = 'then' in found ? await found : found
    if (refusal) {
      // On the context, which may already hold headers such as a request id: a new Response would lose them.
      for (const [name, value] of Object.entries(refusal.headers)) context.header(name, value)
      return context.body(refusal.body, refusal.status)
    }
    // `undefined` only where `optional` is true, which the type says as well.
    context.set('identity', identity as IdentityOf<Optional>)
    await next()
    return undefined
  }
}
