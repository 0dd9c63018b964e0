import { AuthConfigurationError, describeValue } from '@tokenward/auth-core'

/** The headers of a request: an object, with names in lower case as `node:http` makes it or in any other, or `Headers`. */
export type RequestHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | { readonly get: (name: string) => string | null }

/** The part of a request that decides. */
export interface Credentials {
  /** The Authorization header; several of them joined by commas. An empty one counts as none. */
  readonly authorization: string | undefined
  /** Path and query, or the whole URL. */
  readonly url: string | undefined
  /** Ends the wait for the service. */
  readonly signal?: AbortSignal | undefined
  /** The method in capitals, which `fromCookie` reads. A request without a method is treated like a POST. */
  readonly method?: string | undefined
  /** The headers, which the option `readToken` reads; not needed without it. */
  readonly headers?: RequestHeaders | undefined
}

/**
 * Stands for a credential that is there and is no text, such as a number in an event that a program has made. It is no token, so that a
 * guard refuses it, also one that lets requests without credentials in. No header can hold this character.
 */
export const unreadable = '\0'

/** A header as one text; `undefined` where there is none. Node has a text there; adapters may hand on a list. */
export function textOf(header: unknown, name: string): string | undefined {
  if (header === undefined || header === null) return undefined
  if (Array.isArray(header))
    return header.length === 0
      ? undefined
      : header.map((each) => textOf(each, name) ?? '').join(name === 'cookie' ? '; ' : ', ')
  return typeof header === 'string' ? header : unreadable
}

/**
 * Reads the token of an Authorization header, such as for signing out. Says nothing about whether it is valid.
 *
 * @returns `undefined` when the header is missing or of another scheme
 * @throws {AuthConfigurationError} when it is no text, such as a list of headers
 * @see RFC 6750 section 2.1
 * @example
 * ```ts
 * const token = readBearerToken(request.headers.authorization)
 * if (token) await verifier.revoke(token)
 * ```
 */
export function readBearerToken(authorization: string | undefined): string | undefined {
  if (typeof (authorization ?? '') !== 'string') {
    const kind = describeValue(authorization)
    throw new AuthConfigurationError('authorization', `must be the text of the header, not ${kind}`)
  }
  return authorization?.slice(0, 7).toLowerCase() === 'bearer ' ? authorization.slice(7).trim() : undefined
}

/** Tells whether a text can name a header, or a cookie: a token of RFC 9110 section 5.6.2. */
export function isHeaderName(name: unknown): boolean {
  return typeof name === 'string' && /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
}

/** Reads a header. Several of one name are joined by commas, cookies by semicolons. */
export function readHeader(headers: RequestHeaders, name: string): string | undefined {
  // A record may hold a header that is named `get`.
  if (typeof headers.get === 'function') return textOf(headers.get(name), name)
  const fields = headers as Readonly<Record<string, unknown>>
  if (Object.hasOwn(fields, name)) return textOf(fields[name], name)
  // In a record that a program has made, a credential in other capitals must not count as absent.
  const values = Object.keys(fields).filter((each) => each.toLowerCase() === name)
  return textOf(
    values.flatMap((each) => fields[each] ?? []),
    name,
  )
}
