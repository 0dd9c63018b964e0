import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  RawServerBase,
  RouteGenericInterface,
} from 'fastify'
import type { Decision, GuardOptions } from './guards/authenticate.ts'
import { createAuthenticate } from './index.ts'
import { readNodeRequest } from './guards/node-request.ts'
import type { TokenVerifier, VerifiedToken } from './verifier/token-verifier.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token the request carries; set by `requireToken`, `undefined` for nobody. */
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

/** Declares `request.identity` for the whole application, so that every request has the same shape. */
export const identityPlugin: IdentityPlugin = Object.assign(
  ((app, _options, done) => {
    app.decorateRequest('identity', undefined)
    done()
  }) satisfies IdentityPlugin,
  // What fastify-plugin does: the decorator is for the parent, not for this plugin alone.
  { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@tokenward/auth-node' },
)

/**
 * Lets only requests with a good token pass, and sets `request.identity`: as the `onRequest` of a route, or
 * `app.addHook('onRequest', …)` for many.
 *
 * The rest is answered here: 401 without a good token, 403 without the scopes, 400 for more than one credential, and 503 with
 * `Retry-After` while the service cannot be asked.
 *
 * @throws {AuthConfigurationError} when an option cannot be used
 * @see RFC 6750 section 3
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
    // Only the raw request is another one over HTTP/2.
    const decision = authenticate(credentials, request as FastifyRequest)
    if ('then' in decision) decision.then(act).then(undefined, done)
    else act(decision)
  }
}
