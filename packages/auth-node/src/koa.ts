import type { IncomingMessage } from 'node:http'
import type { Context, Next } from 'koa'
import type { Decision } from './guards/authenticate.ts'
import type { GuardOptions } from './guards/options.ts'
import { AuthConfigurationError, createAuthenticate } from './index.ts'
import { readNodeRequest } from './guards/node-request.ts'
import type { VerifiedToken } from './verifier/token-verdict.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

export { fromCookie, fromHeader, fromWebSocketProtocol } from './index.ts'

declare module 'koa' {
  interface DefaultState {
    /** The identity of the request's token; set by `requireToken`, `undefined` where it is optional and missing. */
    identity?: VerifiedToken | undefined
  }
}

/** Middleware of Koa. */
export type Guard = (context: Context, next: Next) => Promise<void>

/**
 * Makes middleware that lets only requests with a good token pass, and sets `context.state.identity`.
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
 * app.use(requireToken(verifier, { scopes: ['user'] }))
 * app.use((context) => {
 *   context.body = { sub: identityOf(context).sub }
 * })
 * ```
 */
export function requireToken(verifier: TokenVerifier, options?: GuardOptions<Context>): Guard {
  const authenticate = createAuthenticate(verifier, options)
  return async (context, next) => {
    // Adapters of cloud functions build a context without a request of Node.
    const message = (context.req as IncomingMessage | undefined) ?? context
    const found = authenticate(readNodeRequest(message, context.originalUrl), context)
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

/**
 * Reads the identity that {@link requireToken} has set, for middleware behind a guard that is not optional.
 *
 * @throws {AuthConfigurationError} when no guard has let the request in with an identity
 * @example
 * ```ts
 * router.get('/orders', (context) => {
 *   context.body = ordersOf(identityOf(context).sub)
 * })
 * ```
 */
export function identityOf(context: { readonly state: { readonly identity?: unknown } }): VerifiedToken {
  const { identity } = context.state
  if (!identity) throw new AuthConfigurationError('context', 'has no identity: no requireToken ran before')
  // Set by the guard alone, which sets nothing else.
  return identity as VerifiedToken
}
