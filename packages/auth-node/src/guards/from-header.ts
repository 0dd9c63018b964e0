import { assertArgument } from '@tokenward/auth-core'
import { isHeaderName, readBearerToken } from './credentials.ts'
import {
  absent,
  authorizationSource,
  incomplete,
  readSourceHeader,
  toFoundToken,
  type TokenSource,
} from './token-source.ts'

const others: Readonly<Record<string, string>> = {
  cookie: 'fromCookie',
  'sec-websocket-protocol': 'fromWebSocketProtocol',
}

/**
 * Reads the token of a header: for the option `readToken` of the guards. Of another header than Authorization, the token may stand alone
 * or behind `Bearer`.
 *
 * @param name of the header, in any capitals, such as `x-access-token`; `authorization` is what the guards read by default
 * @throws {AuthConfigurationError} when the name is not one of a header, or its content has a form of its own: Cookie, Sec-WebSocket-Protocol
 * @example
 * ```ts
 * app.use(requireToken(verifier, { readToken: fromHeader('x-access-token') }))
 * ```
 */
export function fromHeader(name: string): TokenSource {
  assertArgument('name', isHeaderName(name), 'must be the name of a header, such as x-access-token')
  const header = name.toLowerCase()
  const other = Object.hasOwn(others, header) ? others[header] : undefined
  assertArgument('name', other === undefined, `must not be ${header}: use ${other}`)
  if (header === 'authorization') return authorizationSource
  return Object.freeze({
    find(credentials) {
      const value = readSourceHeader(credentials, header)?.trim()
      if (!value) return absent
      return /^bearer$/i.test(value) ? incomplete : toFoundToken(readBearerToken(value) ?? value)
    },
  } satisfies TokenSource)
}
