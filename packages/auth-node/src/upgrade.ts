import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type OptionNames, orUndefined, readOptions } from '@tokenward/auth-core'
import { createTokenCheck, type IdentityOf } from './guards/authenticate.ts'
import { readNodeRequest } from './guards/node-request.ts'
import { type GuardOptions, guardOptionNames } from './guards/options.ts'
import { AuthConfigurationError } from './index.ts'
import { answerUpgrade, hideToken } from './upgrade/answer.ts'
import {
  type ClosableSocket,
  closeForGood,
  destroyLater,
  endWithSession,
  onSessionEnd,
} from './upgrade/end-with-session.ts'
import { checkEveryRange } from './verifier/options.ts'
import type { VerifiedToken } from './verifier/token-verdict.ts'
import type { TokenVerifier } from './verifier/token-verifier.ts'

export { fromCookie, fromHeader, fromWebSocketProtocol } from './index.ts'
export type { ClosableSocket } from './upgrade/end-with-session.ts'
export { endWithToken, type EndWithTokenOptions } from './upgrade/end-with-token.ts'

/** Options of the guard: those of all guards, and how closely an open connection is watched. */
export interface UpgradeOptions extends GuardOptions<IncomingMessage> {
  /**
   * How old the service's last answer about the token of an open connection may become, in milliseconds; 1 to 86,400,000.
   * @default the verifier's `revocationWindowMs`
   */
  readonly checkEveryMs?: number | undefined
}

const names: OptionNames<UpgradeOptions> = { ...guardOptionNames, checkEveryMs: checkEveryRange }

/** What a handler gets beside the connection. */
export interface UpgradeSession<Identity> {
  readonly identity: Identity
  /**
   * The signal of this connection. Aborts when the session ends, with an `AuthTokenEndedError` as its reason: the token is revoked, rejected
   * or expired. Two seconds later the connection is destroyed. Aborts as well when the connection is closed.
   */
  readonly signal: AbortSignal
}

/** A request that is let in; a guest has no session that could end. */
interface Admission {
  readonly identity: VerifiedToken | undefined
  readonly session: AbortSignal | undefined
}

/** Opens the connection by itself, for a library other than `ws`. What it throws, or rejects with, ends the connection. */
export type UpgradeHandler<Identity> = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  session: UpgradeSession<Identity>,
) => unknown

/** What a `WebSocketServer` of `ws` has; it must be made with `noServer: true`. */
export interface UpgradableServer {
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    callback: (client: ClosableSocket, request: IncomingMessage) => void,
  ): void
  emit(event: 'connection', client: ClosableSocket, request: IncomingMessage): boolean
}

/** A listener for the event `upgrade` of a server of `node:http` or `node:https`. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Puts the check in front of a `WebSocketServer`, or of a handler. */
export type Guard<Identity> = (target: UpgradableServer | UpgradeHandler<Identity>) => UpgradeListener

/**
 * Makes a guard for upgrades of `node:http`, which no middleware sees: above all for WebSockets. A page gives the token as
 * `new WebSocket(url, ['bearer', token])`, with `readToken: fromWebSocketProtocol()`, or in a cookie, which counts only for pages of the own
 * origin.
 *
 * The guard answers a refusal itself, with the status and headers of the other guards: 401 without a good token, 403 without the scopes, 400
 * for more than one credential, and 503 with `Retry-After` while the service gives no answer. A client that opens a WebSocket sees the
 * status; a page sees only that the socket did not open.
 *
 * When the session ends, its WebSocket is closed with the code 4401 and a word as the reason, such as `revoked` or `expired`, and hands on no
 * more messages, also not to listeners that are added later. A client that does not answer is cut off after two seconds. After
 * `verifier.close()` the code is 1001. Where a listener of `connection` throws, it is 1011.
 *
 * @param verifier made by `createTokenVerifier`
 * @param options which tokens are let in, where they are, and how a refusal is answered
 * @returns a function that takes the `WebSocketServer` of `ws`, made with `noServer: true`, or a handler of your own
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or `verifier` is not a verifier
 * @see RFC 6455 section 4.2.2, RFC 6750 section 3
 * @example
 * ```ts
 * const sockets = new WebSocketServer({ noServer: true })
 * server.on('upgrade', requireToken(verifier, { readToken: fromWebSocketProtocol() })(sockets))
 * sockets.on('connection', (socket, request) => socket.send(`hello ${identityOf(request).sub}`))
 * ```
 */
export function requireToken<Optional extends boolean | undefined = false>(
  verifier: TokenVerifier,
  options: UpgradeOptions & { readonly optional?: Optional } = {},
): Guard<IdentityOf<Optional>> {
  const { checkEveryMs, ...guardOptions } = readOptions<UpgradeOptions>('requireToken', options, names)
  const check = createTokenCheck<IncomingMessage>(verifier, guardOptions)

  async function decide(
    request: IncomingMessage,
    socket: Duplex,
    closed: AbortSignal,
  ): Promise<Admission | undefined> {
    const found = await check.find(readNodeRequest(request, request.url), request)
    const { identity, refusal } = await check.verify(found, closed, request)
    if (refusal) {
      answerUpgrade(socket, refusal)
      return undefined
    }
    if (found.token === undefined) return { identity, session: undefined }
    hideToken(request, found.token)
    return { identity, session: verifier.signalFor(found.token, { until: closed, checkEveryMs }) }
  }

  return (target) => {
    const open = createOpen(target)
    return (request, socket, head) => {
      const over = new AbortController()
      const sentBefore = sentBytes(socket)
      socket.on('close', () => over.abort())
      // An error that has no listener ends the process.
      socket.on('error', () => socket.destroy())
      async function run(): Promise<void> {
        const admission = await decide(request, socket, over.signal)
        if (!admission || socket.destroyed) return
        Object.assign(request, { identity: admission.identity })
        await open(request, socket, head, admission, over)
      }
      run().catch((error: unknown) => {
        // The client has left.
        if (socket.destroyed) return
        // An answer of HTTP has no place in a connection that the handler has opened.
        if (sentBytes(socket) !== sentBefore || !socket.writable) socket.destroy()
        else answerUpgrade(socket, { status: 500, headers: {}, body: '' })
        warn(error)
      })
    }
  }
}

const sentBytes = (socket: Duplex & { readonly bytesWritten?: number }): number | undefined =>
  socket.bytesWritten

/** No framework takes the error, and the process must not end with it. */
function warn(error: unknown): void {
  process.emitWarning(
    error instanceof Error ? error : (orUndefined(() => String(error)) ?? 'an error without a text'),
  )
}

type Open = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  admission: Admission,
  over: AbortController,
) => unknown

/** @throws {AuthConfigurationError} for what is neither a `WebSocketServer` nor a function */
function createOpen<Identity>(target: UpgradableServer | UpgradeHandler<Identity>): Open {
  if (typeof target === 'function')
    return (request, socket, head, { identity, session }, over) => {
      if (session) onSessionEnd(session, over, () => destroyLater(socket))
      // `undefined` only where `optional` is true, which the type says as well.
      return target(request, socket, head, { identity: identity as Identity, signal: over.signal })
    }
  if (typeof (target as Partial<UpgradableServer> | undefined)?.handleUpgrade !== 'function')
    throw new AuthConfigurationError('target', 'must be a WebSocketServer of ws, or a function')
  return (request, socket, head, { session }, over) => {
    target.handleUpgrade(request, socket, head, (client) => {
      try {
        target.emit('connection', client, request)
      } catch (error) {
        closeForGood(client, 1011, 'internal error')
        warn(error)
      }
      if (session) endWithSession(client, session, over)
    })
  }
}

/**
 * Reads the identity that {@link requireToken} has set, in the handler of a connection.
 *
 * @throws {AuthConfigurationError} when no guard has let the request in with an identity
 * @example
 * ```ts
 * sockets.on('connection', (socket, request) => socket.send(`hello ${identityOf(request).sub}`))
 * ```
 */
export function identityOf(request: IncomingMessage): VerifiedToken {
  const { identity } = request as { readonly identity?: VerifiedToken | undefined }
  if (!identity) throw new AuthConfigurationError('request', 'has no identity: no requireToken ran before')
  return identity
}
