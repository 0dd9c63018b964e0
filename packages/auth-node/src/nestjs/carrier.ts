import type { ExecutionContext } from '@nestjs/common'
import type { IncomingMessage } from 'node:http'
import { AuthConfigurationError } from '@tokenward/auth-core'
import type { Credentials } from '../guards/credentials.ts'
import { readNodeRequest } from '../guards/node-request.ts'
import type { VerifiedToken } from '../verifier/token-verdict.ts'

/** What belongs to one request or one connection, and so holds its identity: a request of Express or Fastify, or a WebSocket. */
export interface Carrier {
  identity?: VerifiedToken | undefined
}

/** What a request of Express, Fastify or Socket.IO has, or a context of GraphQL. */
interface Parts {
  readonly headers?: unknown
  readonly raw?: unknown
  readonly url?: string
  readonly originalUrl?: string
  readonly req?: unknown
  readonly request?: unknown
  readonly reply?: unknown
  readonly extra?: unknown
}

/** The requests that have opened WebSockets, by the WebSocket. */
const requests: WeakMap<object, IncomingMessage> = new WeakMap()

/**
 * Tells the guard which request has opened a WebSocket of `ws`, which does not say so itself. Call it in the gateway's `handleConnection`.
 * Socket.IO needs no such call.
 *
 * @example
 * ```ts
 * handleConnection(client: WebSocket, request: IncomingMessage) {
 *   rememberRequest(client, request)
 * }
 * ```
 */
export function rememberRequest(client: object, request: IncomingMessage): void {
  requests.set(client, request)
}

function partsOf(value: unknown): Parts {
  return typeof value === 'object' && value !== null ? value : {}
}

/** The request in a context of GraphQL: of Apollo and Yoga, of Mercurius, or of a subscription over graphql-ws. */
function findGraphqlRequest(context: unknown): object | undefined {
  const { req, request, reply, extra } = partsOf(context)
  const candidates = [
    req,
    request,
    partsOf(reply).request,
    partsOf(extra).request,
    partsOf(partsOf(req).extra).request,
  ]
  return candidates.map(partsOf).find(({ headers }) => typeof headers === 'object')
}

/**
 * Finds what carries the credentials and the identity of a call.
 *
 * @throws {AuthConfigurationError} for a kind of context that has no request
 */
export function findCarrier(context: ExecutionContext): Carrier {
  const type = context.getType<string>()
  if (type === 'http') return context.switchToHttp().getRequest<Carrier>()
  if (type === 'ws') return context.switchToWs().getClient<Carrier>()
  const request = type === 'graphql' ? findGraphqlRequest(context.getArgByIndex(2)) : undefined
  if (request) return request
  const hint =
    type === 'graphql' ? 'give the context of GraphQL a field req with the request' : 'it has no request'
  throw new AuthConfigurationError('context', `of the kind ${type} cannot be guarded: ${hint}`)
}

/** @throws {AuthConfigurationError} for a WebSocket whose request is not known */
export function readCredentials(carrier: Carrier, isWebSocket: boolean): Credentials {
  const { request } = partsOf(carrier)
  const message = isWebSocket ? (requests.get(carrier) ?? request) : carrier
  const parts = partsOf(message)
  if (typeof parts.headers !== 'object')
    throw new AuthConfigurationError(
      'client',
      'has no request: call rememberRequest(client, request) in handleConnection',
    )
  // What Fastify wraps, or the message itself.
  const raw = (parts.raw ?? parts) as IncomingMessage
  return readNodeRequest(raw, parts.originalUrl ?? parts.url)
}
