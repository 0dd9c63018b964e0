import type { Context, MiddlewareHandler } from 'hono'
import type { Decision, GuardOptions, IdentityOf } from './guards/authenticate.ts'
import { createAuthenticate } from './index.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

/** What the guard adds to a context: `context.get('identity')`. */
export interface Identified<Identity> {
  Variables: { identity: Identity }
}

/**
 * Lets only requests with a good token pass, and sets the variable `identity`, typed for the handlers that follow it in a route.
 *
 * The rest is answered here: 401 without a good token, 403 without the scopes, 400 for more than one credential, and 503 with
 * `Retry-After` while the service cannot be asked.
 *
 * @throws {AuthConfigurationError} when an option cannot be used
 * @see RFC 6750 section 3
 */
export function requireToken<Optional extends boolean | undefined = false>(
  verifier: TokenVerifier,
  options?: GuardOptions<Context> & { readonly optional?: Optional },
): MiddlewareHandler<Identified<IdentityOf<Optional>>> {
  const authenticate = createAuthenticate(verifier, options)
  return async (context, next) => {
    const { req } = context
    const found = authenticate({ authorization: req.header('authorization'), url: req.url }, context)
    const { refusal, identity }: Decision = 'then' in found ? await found : found
    if (refusal) {
      // Beside what the context already holds, such as a request id, which a Response of our own would lose.
      for (const [name, value] of Object.entries(refusal.headers)) context.header(name, value)
      return context.body(refusal.body, refusal.status)
    }
    // Nobody passes only where `optional` says so, which the type follows.
    context.set('identity', identity as IdentityOf<Optional>)
    await next()
    return undefined
  }
}
