import { assertArgument, type OptionNames, readOptions } from '@tokenward/auth-core'
import { isFromOwnPage, readOrigins } from './page-origin.ts'
import { isHeaderName, unreadable } from './credentials.ts'
import { absent, incomplete, readSourceHeader, type TokenSource } from './token-source.ts'

/** Options of `fromCookie`. */
export interface FromCookieOptions {
  /**
   * Pages that may send requests other than GET, HEAD and OPTIONS with the cookie, besides those of the server's own origin: such as
   * `['https://shop.example']`. Needed where a proxy changes the Host header, and for pages on another subdomain or port. `null` accepts
   * pages of any origin, for applications that have another protection against forged requests. @default none
   */
  readonly origins?: readonly string[] | null | undefined
}

const names: OptionNames<FromCookieOptions> = { origins: true }

/** Removes what a browser puts there. More, such as a no-break space, would let `\u00a0__Host-session` pass for `__Host-session`. */
function trimBlanks(text: string): string {
  const isBlank = (index: number): boolean => text[index] === ' ' || text[index] === '\t'
  let [start, end] = [0, text.length]
  while (isBlank(start)) start += 1
  while (end > start && isBlank(end - 1)) end -= 1
  return text.slice(start, end)
}

/** The values of all cookies with this name. Cookies cannot hold a semicolon, so that one in quotes ends the cookie all the same. */
function readCookies(header: string, name: string): string[] {
  const values: string[] = []
  for (const pair of header.split(';')) {
    // Without an equals sign, a cookie has no name.
    const end = Math.max(pair.indexOf('='), 0)
    if (trimBlanks(pair.slice(0, end)) === name) values.push(trimBlanks(pair.slice(end + 1)))
  }
  return values.filter((value) => value !== '' && value !== '""')
}

/** What is no token is left to the verifier, which calls it malformed: 401, so that the application signs in anew. */
function toToken(value: string): string {
  const bare = value.replace(/^"(.*)"$/, '$1')
  try {
    // Frameworks encode what they write into a cookie. No token has a percent sign, so that there is no other reading.
    return decodeURIComponent(bare)
  } catch {
    return bare
  }
}

/**
 * Reads the token of a cookie: for the option `readToken` of the guards.
 *
 * A browser sends cookies with requests of every page, also of a stranger's. GET, HEAD and OPTIONS are let in from any page, so that they
 * must change nothing. All other requests, and those that open a WebSocket, must come from a page of the server's own origin or of
 * `origins`, or are answered with 403; so are those with neither `Origin` nor `Sec-Fetch-Site`, which no browser sends. A client that is no
 * browser sends its token in a header: `readToken` takes a list.
 *
 * Two cookies of the name are refused as two credentials: one of them may come from another subdomain. A name that begins with `__Host-`
 * prevents that.
 *
 * @param name as it was set, such as `__Host-session`; capitals count
 * @param options whose pages may use the cookie
 * @throws {AuthConfigurationError} when the name is not one of a cookie, or an origin is not written as browsers send it
 * @see RFC 6265, https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 * @example
 * ```ts
 * app.use(requireToken(verifier, { readToken: fromCookie('__Host-session') }))
 * // Browsers send the cookie, other clients the header:
 * app.use(requireToken(verifier, { readToken: [fromCookie('__Host-session'), fromHeader('authorization')] }))
 * ```
 */
export function fromCookie(name: string, options?: FromCookieOptions): TokenSource {
  assertArgument(
    'name',
    isHeaderName(name),
    'must be the name of a cookie: letters, digits and _ - . without spaces, = or ;',
  )
  const { origins } = readOptions('fromCookie', options, names)
  const allowed = origins === null ? null : readOrigins(origins ?? [])
  const needsHttps = /^__(Host|Secure)-/i.test(name)
  return Object.freeze({
    find(credentials) {
      const header = readSourceHeader(credentials, 'cookie')
      if (header === undefined) return absent
      // The cookie may be in the part that is no text, so that the request is not known to come from a guest.
      if (header.includes(unreadable)) return incomplete
      const values = readCookies(header, name)
      const [value] = values
      if (value === undefined) return absent
      if (allowed && !isFromOwnPage(credentials, allowed, needsHttps)) return { fault: 'foreign' }
      return values.length > 1 ? { fault: 'several' } : { token: toToken(value) }
    },
  } satisfies TokenSource)
}
