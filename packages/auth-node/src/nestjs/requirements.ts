import { type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common'
import { AuthConfigurationError } from '@tokenward/auth-core'
import { assertScopes } from '../guards/options.ts'

const publicKey = 'tokenward:public'
const scopesKey = 'tokenward:scopes'

/**
 * Lets every request pass to a handler, or to all handlers of a class and of its subclasses, without looking at its token.
 *
 * @example
 * ```ts
 * @Public()
 * @Get('health')
 * health() { return 'ok' }
 * ```
 */
export const Public = (): CustomDecorator => SetMetadata(publicKey, true)

/**
 * Requires scopes for a handler, or for all handlers of a class, besides those of the guard's options. Those of a subclass replace those of
 * its base class.
 *
 * @param scopes all of them are required
 * @throws {AuthConfigurationError} when there is none, or one cannot be a scope
 * @example
 * ```ts
 * @Scopes('orders')
 * @Get('orders')
 * orders(@Identity() identity: VerifiedToken) { return this.ordersOf(identity.sub) }
 * ```
 */
export function Scopes(...scopes: string[]): CustomDecorator {
  assertScopes(scopes)
  if (scopes.length === 0) throw new AuthConfigurationError('scopes', 'must name at least one scope')
  return SetMetadata(scopesKey, scopes)
}

interface Metadata {
  readonly isPublic: boolean
  readonly scopes: readonly string[]
}

/** Reads what `SetMetadata` of NestJS has written, by way of reflect-metadata, which every application of NestJS loads. */
function readMetadata(target: object): Metadata {
  const metadata = Reflect as unknown as { getMetadata(key: string, target: object): unknown }
  const isPublic = metadata.getMetadata(publicKey, target) === true
  const scopes = metadata.getMetadata(scopesKey, target) as readonly string[] | undefined
  if (isPublic && scopes) throw new AuthConfigurationError('@Scopes', 'cannot stand beside @Public')
  return { isPublic, scopes: scopes ?? [] }
}

/**
 * Finds the scopes that a handler requires; `undefined` where it is public. What stands at the handler counts before what stands at its
 * class: `@Scopes` there ends a `@Public` here.
 */
export function findRequiredScopes(context: ExecutionContext): readonly string[] | undefined {
  const handler = readMetadata(context.getHandler())
  if (handler.isPublic) return undefined
  const parent = readMetadata(context.getClass())
  if (parent.isPublic) return handler.scopes.length > 0 ? handler.scopes : undefined
  return [...parent.scopes, ...handler.scopes]
}
