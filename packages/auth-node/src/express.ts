import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Decision } from './guards/authenticate.ts'
import type { GuardOptions } from './guards/options.ts'
import { AuthConfigurationError, createAuthenticate } from './index.ts'
import { readNodeRequest } from './guards/node-request.ts'
import type { VerifiedToken } from './verifier/token-verdict.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

export { fromCookie, fromHeader, fromWebSocketProtocol } from './index.ts'

declare global {
  // Where the types of Express, 4 and 5, look for what middleware adds.
  namespace Express {
    interface Request {
      /** The identity of the request's token; set by `requireToken`, `undefined` where it is optional and missing. */
      identity?: VerifiedToken | undefined
    }
  }
}

/** A request as Express, 4 or 5, and Connect hand it on. */
export interface GuardedRequest extends IncomingMessage {
  readonly originalUrl?: string
  identity?: VerifiedToken | undefined
}

/** Middleware of Express, 4 or 5, and Connect. */
export type Guard<FrameworkRequest extends GuardedRequest = GuardedRequest> = (
  request: FrameworkRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Makes middleware that lets only requests with a good token pass, and sets `request.identity`.
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
 * app.get('/me', requireToken(verifier, { scopes: ['user'] }), (request, response) => {
 *   response.json({ sub: identityOf(request).sub })
 * })
 * ```
 */
export function requireToken<FrameworkRequest extends GuardedRequest = GuardedRequest>(
  verifier: TokenVerifier,
  options?: GuardOptions<FrameworkRequest>,
): Guard<FrameworkRequest> {
  const authenticate = createAuthenticate(verifier, options)
  return (request, response, next) => {
    const decision = authenticate(readNodeRequest(request, request.originalUrl ?? request.url), request)
    if ('then' in decision)
      decision.then((decided) => act(decided, request, response, next)).then(undefined, next)
    else act(decision, request, response, next)
  }
}

function act(
  { refusal, identity }: Decision,
  request: GuardedRequest,
  response: ServerResponse,
  next: () => void,
): void {
  if (refusal) {
    // The application may have answered in the meantime, for example because the check took too long.
    if (response.headersSent) return
    for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
    response.statusCode = refusal.status
    response.end(refusal.body)
  } else {
    request.identity = identity
    next()
  }
}

/**
 * Reads the identity that {@link requireToken} has set, for handlers behind a guard that is not optional.
 *
 * @throws {AuthConfigurationError} when no guard has let the request in with an identity
 * @example
 * ```ts
 * app.get('/orders', (request, response) => response.json(ordersOf(identityOf(request).sub)))
 * ```
 */
export function identityOf(request: { readonly identity?: VerifiedToken | undefined }): VerifiedToken {
  if (!request.identity)
    throw new AuthConfigurationError('request', 'has no identity: no requireToken ran before')
  return request.identity
}
