import type { Context, Next } from 'koa'
import type { Decision, GuardOptions } from './guards/authenticate.ts'
import { createAuthenticate } from './index.ts'
import { readNodeRequest } from './guards/node-request.ts'
import type { TokenVerifier, VerifiedToken } from './verifier/token-verifier.ts'

declare module 'koa' {
  interface DefaultState {
    /** Whose token the request carries; set by `requireToken`, `undefined` for nobody. */
    identity?: VerifiedToken | undefined
  }
}

/** Middleware of Koa. */
export type Guard = (context: Context, next: Next) => Promise<void>

/**
 * Lets only requests with a good token pass, and sets `context.state.identity`.
 *
 * The rest is answered here: 401 without a good token, 403 without the scopes, 400 for more than one credential, and 503 with
 * `Retry-After` while the service cannot be asked.
 *
 * @throws {AuthConfigurationError} when an option cannot be used
 * @see RFC 6750 section 3
 */
export function requireToken(verifier: TokenVerifier, options?: GuardOptions<Context>): Guard {
  const authenticate = createAuthenticate(verifier, options)
  return async (context, next) => {
    const found = authenticate(readNodeRequest(context.req, context.originalUrl), context)
    const { refusal, identity }: Decision = 'then' in found ? await found : found
    if (refusal) {
      context.status = refusal.status
      context.set(refusal.headers)
      context.body = refusal.body
    } else {
      context.state.identity = identity
      await next()
    }
  }
}
