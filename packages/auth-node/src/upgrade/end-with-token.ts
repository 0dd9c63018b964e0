import { AuthConfigurationError, readOptions } from '@tokenward/auth-core'
import { checkEveryRange } from '../verifier/options.ts'
import type { TokenVerifier } from '../verifier/token-verifier.ts'
import { type ClosableSocket, endWithSession } from './end-with-session.ts'

/** How closely the token of a WebSocket is watched. */
export interface EndWithTokenOptions {
  /**
   * How old the service's last answer about the token may become, in milliseconds; 1 to 86,400,000.
   * @default the verifier's `revocationWindowMs`
   */
  readonly checkEveryMs?: number | undefined
}

const methods = ['close', 'terminate', 'on', 'removeAllListeners'] as const

/** `readyState` of a WebSocket that is closed. */
const closed = 3

/**
 * Closes a WebSocket of `ws` when its token ends: revoked anywhere in the fleet, rejected or expired. For a server that has checked the
 * token itself, such as in the first message, or in the parameters of graphql-ws; `requireToken` does this for the sockets that it opens.
 * Call it for a token that was just accepted.
 *
 * The socket is closed with the code 4401 and a word as the reason, such as `revoked` or `expired`, or with 1001 after `verifier.close()`. It
 * hands on no message from then on, also to listeners that are added later, and a client that does not answer is cut off after two seconds.
 *
 * @param verifier made by `createTokenVerifier`
 * @param token the access token, without `Bearer`
 * @param socket the server's side of the connection; one that is closed already is left alone
 * @param options how closely the token is watched
 * @returns the signal of this connection, for what else must stop. It aborts when the token ends, with an `AuthTokenEndedError` as its
 * `reason`, and when the socket is closed. It is aborted already where the token is known to be dead
 * @throws {AuthConfigurationError} when an argument cannot be used, or an option is unknown
 * @see RFC 6455 section 7.4
 * @example
 * ```ts
 * const { refusal } = await authenticate({ authorization: `Bearer ${token}`, url: undefined }, request)
 * if (refusal) return socket.close(4000 + refusal.status)
 * const signal = endWithToken(verifier, token, socket)
 * if (signal.aborted) return
 * online.add(socket)
 * signal.addEventListener('abort', () => online.delete(socket))
 * ```
 */
export function endWithToken(
  verifier: TokenVerifier,
  token: string,
  socket: ClosableSocket,
  options: EndWithTokenOptions = {},
): AbortSignal {
  const { checkEveryMs } = readOptions<EndWithTokenOptions>('endWithToken', options, {
    checkEveryMs: checkEveryRange,
  })
  if (typeof (verifier as TokenVerifier | undefined)?.signalFor !== 'function')
    throw new AuthConfigurationError('verifier', 'must be made by createTokenVerifier')
  if (methods.some((name) => typeof (socket as Partial<ClosableSocket> | null)?.[name] !== 'function'))
    throw new AuthConfigurationError('socket', 'must be a WebSocket of ws')
  const over = new AbortController()
  if (socket.readyState === closed) over.abort()
  const session = verifier.signalFor(token, { until: over.signal, checkEveryMs })
  socket.on('close', () => over.abort())
  endWithSession(socket, session, over)
  return over.signal
}
