import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  RawServerBase,
  RouteGenericInterface,
} from 'fastify'
import type { Decision } from './guards/authenticate.ts'
import type { GuardOptions } from './guards/options.ts'
import { AuthConfigurationError, createAuthenticate } from './index.ts'
import { readNodeRequest } from './guards/node-request.ts'
import type { VerifiedToken } from './verifier/token-verdict.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

export { fromCookie, fromHeader, fromWebSocketProtocol } from './index.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The identity of the request's token; set by `requireToken`, `undefined` where it is optional and missing. */
    identity: VerifiedToken | undefined
  }
}

/** A hook for `onRequest`, over HTTP/1 or HTTP/2. */
export type Guard = (
  request: FastifyRequest<RouteGenericInterface, RawServerBase>,
  reply: FastifyReply<RouteGenericInterface, RawServerBase>,
  done: HookHandlerDoneFunction,
) => void

/** The plugin that declares `request.identity`. Register it before the first route. */
export type IdentityPlugin = (app: FastifyInstance, options: object, done: () => void) => void

/**
 * Declares `request.identity` for the whole application, so that every request has the same shape. Fastify refuses to register it
 * where its own version is not 5.
 *
 * @example
 * ```ts
 * await app.register(identityPlugin)
 * app.get('/me', { onRequest: requireToken(verifier) }, async (request) => ({ sub: identityOf(request).sub }))
 * ```
 */
export const identityPlugin: IdentityPlugin = Object.assign(
  ((app, _options, done) => {
    app.decorateRequest('identity', undefined)
    done()
  }) satisfies IdentityPlugin,
  // As fastify-plugin marks a function, which would be a tenth of what this package installs: the decorator is for the parent of the
  // plugin, and another Fastify refuses it. https://github.com/fastify/fastify-plugin
  {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@tokenward/auth-node',
    [Symbol.for('plugin-meta')]: { fastify: '5.x', name: '@tokenward/auth-node' },
  },
)

/**
 * Makes a hook that lets only requests with a good token pass, and sets `request.identity`: as the `onRequest` of a route, or
 * `app.addHook('onRequest', …)` for many.
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
 * app.get('/me', { onRequest: requireToken(verifier, { scopes: ['user'] }) }, async (request) => ({
 *   sub: identityOf(request).sub,
 * }))
 * ```
 */
export function requireToken(verifier: TokenVerifier, options?: GuardOptions<FastifyRequest>): Guard {
  const authenticate = createAuthenticate(verifier, options)
  return (request, reply, done) => {
    const act = ({ refusal, identity }: Decision): void => {
      if (refusal) void reply.code(refusal.status).headers(refusal.headers).send(refusal.body)
      else {
        request.identity = identity
        done()
      }
    }
    const credentials = readNodeRequest(request.raw, request.originalUrl)
    // Over HTTP/2 the type differs in the raw request only.
    const decision = authenticate(credentials, request as FastifyRequest)
    if ('then' in decision) decision.then(act).then(undefined, done)
    else act(decision)
  }
}

/**
 * Reads the identity that {@link requireToken} has set, for handlers behind a guard that is not optional.
 *
 * @throws {AuthConfigurationError} when no guard has let the request in with an identity
 * @example
 * ```ts
 * app.get('/orders', async (request) => ordersOf(identityOf(request).sub))
 * ```
 */
export function identityOf(request: { readonly identity?: VerifiedToken | undefined }): VerifiedToken {
  if (!request.identity)
    throw new AuthConfigurationError('request', 'has no identity: no requireToken ran before')
  return request.identity
}
