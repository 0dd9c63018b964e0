import { unreadable } from './credentials.ts'
import { absent, incomplete, readSourceHeader, toFoundToken, type TokenSource } from './token-source.ts'

/** Splits the header into the token, which is what follows `bearer`, and the protocols that are ones. */
export function readProtocols(header: string): { readonly tokens: string[]; readonly protocols: string[] } {
  const tokens: string[] = []
  const protocols: string[] = []
  let isToken = false
  for (const each of header.split(',').map((text) => text.trim())) {
    if (isToken) tokens.push(each)
    else protocols.push(each)
    isToken = !isToken && each === 'bearer'
  }
  if (isToken) tokens.push('')
  return { tokens, protocols }
}

/**
 * Reads the token of the header Sec-WebSocket-Protocol: for the option `readToken` of the guards. A browser can send no other header when
 * it opens a WebSocket.
 *
 * The page lists the word `bearer`, and behind it the token: `new WebSocket(url, ['bearer', token])`, or, with a protocol of its own,
 * `new WebSocket(url, ['graphql-transport-ws', 'bearer', token])`. The server must choose `bearer` or that protocol, never the token, which
 * would be sent back. The guard of `@tokenward/auth-node/upgrade` takes the token out of the header, so that the server cannot.
 *
 * @see RFC 6455 section 4.1; https://developer.mozilla.org/docs/Web/API/WebSocket/WebSocket
 * @example
 * ```ts
 * server.on('upgrade', requireToken(verifier, { readToken: fromWebSocketProtocol() })(webSocketServer))
 * ```
 */
export function fromWebSocketProtocol(): TokenSource {
  return Object.freeze({
    find(credentials) {
      const header = readSourceHeader(credentials, 'sec-websocket-protocol')
      if (header === undefined) return absent
      if (header.includes(unreadable)) return incomplete
      const { tokens } = readProtocols(header)
      const [token] = tokens
      if (token === undefined) return absent
      return tokens.length > 1 ? { fault: 'several' } : toFoundToken(token)
    },
  } satisfies TokenSource)
}
