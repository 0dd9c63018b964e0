import { type CanActivate, createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { Authenticate, Decision } from './guards/authenticate.ts'
import type { GuardOptions } from './guards/options.ts'
import { AuthConfigurationError, createAuthenticate } from './index.ts'
import { findCarrier, readCredentials } from './nestjs/carrier.ts'
import { refuse } from './nestjs/refuse.ts'
import { findRequiredScopes } from './nestjs/requirements.ts'
import type { VerifiedToken } from './verifier/token-verdict.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

export { fromCookie, fromHeader, fromWebSocketProtocol } from './index.ts'
export { rememberRequest } from './nestjs/carrier.ts'
export { Public, Scopes } from './nestjs/requirements.ts'

/**
 * A guard of NestJS: over HTTP on Express and on Fastify, in resolvers of GraphQL, and for the messages of WebSockets.
 *
 * Only calls with a good token pass; their identity is `@Identity()`, or `request.identity`. All others are answered with an exception:
 * 401 without a good token, 403 without the scopes, 400 for more than one credential, and 503 with `Retry-After` while the service gives no
 * answer. Over HTTP with `WWW-Authenticate`, in GraphQL as `UNAUTHENTICATED` or `FORBIDDEN`, in a gateway as an event `exception`.
 *
 * A message of a WebSocket is checked with the token that has opened it, so that none is handled after the token was revoked. What is open,
 * such as an `@Sse()`, a `@Subscription()` or the socket of a gateway, stays open: end it with `signalFor` of the verifier, or `endWithToken` of
 * `@tokenward/auth-node/upgrade`.
 *
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or `verifier` is not a verifier
 * @example
 * ```ts
 * const verifier = createTokenVerifier(createAuthClient({ env: 'my-env' }))
 *
 * @Module({ providers: [{ provide: APP_GUARD, useValue: new TokenGuard(verifier) }] }) // or @UseGuards(new TokenGuard(verifier))
 * export class AppModule {}
 * ```
 */
export class TokenGuard implements CanActivate {
  readonly #createAuthenticate: (scopes: readonly string[]) => Authenticate<ExecutionContext>
  readonly #guards = new Map<string, Authenticate<ExecutionContext>>()

  /**
   * @param verifier made by `createTokenVerifier`
   * @param options which tokens are let in; `onChallenge` and a `readToken` of your own receive the `ExecutionContext`
   */
  constructor(verifier: TokenVerifier, options: GuardOptions<ExecutionContext> = {}) {
    this.#createAuthenticate = (scopes) =>
      createAuthenticate(
        verifier,
        scopes.length === 0 ? options : { ...options, scopes: [...(options.scopes ?? []), ...scopes] },
      )
    this.#guardFor([])
  }

  #guardFor(scopes: readonly string[]): Authenticate<ExecutionContext> {
    const key = scopes.join(' ')
    const known = this.#guards.get(key)
    if (known) return known
    const guard = this.#createAuthenticate(scopes)
    this.#guards.set(key, guard)
    return guard
  }

  /** Is called by NestJS for each request, field or message. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scopes = findRequiredScopes(context)
    if (!scopes) return true
    const carrier = findCarrier(context)
    const credentials = readCredentials(carrier, context.getType<string>() === 'ws')
    const { refusal, identity }: Decision = await this.#guardFor(scopes)(credentials, context)
    if (refusal) return refuse(context, refusal)
    // Fields of one request and messages of one WebSocket run side by side. They have one token, and so one identity.
    carrier.identity = identity
    return true
  }
}

/**
 * Reads the identity that {@link TokenGuard} has set: for interceptors, pipes and guards behind it. `undefined` in a public handler, and
 * where the guard is optional and there is no token.
 *
 * @throws {AuthConfigurationError} when no guard ran before
 * @example
 * ```ts
 * intercept(context: ExecutionContext, next: CallHandler) {
 *   this.logger.log(identityOf(context)?.sub)
 *   return next.handle()
 * }
 * ```
 */
export function identityOf(context: ExecutionContext): VerifiedToken | undefined {
  // A message to a public handler is not checked, also where the one before it was.
  if (!findRequiredScopes(context)) return undefined
  const carrier = findCarrier(context)
  if (!Object.hasOwn(carrier, 'identity'))
    throw new AuthConfigurationError('context', 'has no identity: no TokenGuard ran before')
  return carrier.identity
}

/**
 * A parameter of a handler: the identity of the token, `undefined` where the handler is public, or the guard optional and without a token.
 *
 * @throws {AuthConfigurationError} in the call, when no {@link TokenGuard} ran before
 * @example
 * ```ts
 * @Get('me')
 * me(@Identity() identity: VerifiedToken) { return { sub: identity.sub } }
 * ```
 */
export const Identity: () => ParameterDecorator = createParamDecorator((_data: unknown, context) =>
  identityOf(context),
)
