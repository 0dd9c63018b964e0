/** The part of a request that decides. */
export interface Credentials {
  /** The Authorization header; several of them joined by commas. An empty one counts as none. */
  readonly authorization: string | undefined
  /** Path and query, or the whole URL. */
  readonly url: string | undefined
  /** Ends the wait for the service. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the token of an Authorization header, such as for signing out. Says nothing about whether it is valid.
 *
 * @returns `undefined` when the header is missing or of another scheme
 * @see RFC 6750 section 2.1
 * @example
 * ```ts
 * const token = readBearerToken(request.headers.authorization)
 * if (token) await verifier.revoke(token)
 * ```
 */
export function readBearerToken(authorization: string | undefined): string | undefined {
  return authorization?.slice(0, 7).toLowerCase() === 'bearer ' ? authorization.slice(7).trim() : undefined
}

/** `several`: more than one credential. `incomplete`: the scheme without a token, or with more than a token. */
type CredentialsFault = 'none' | 'several' | 'incomplete'

/** Finds the one token of a request, or what is wrong with its credentials. */
export function findToken({
  authorization,
  url,
}: Credentials): { readonly token: string } | { readonly fault: CredentialsFault } {
  if (!authorization) return { fault: 'none' }
  if (url?.includes('access_token=') && /[?&]access_token=/.test(url)) return { fault: 'several' }
  // Several headers, or several credentials in one.
  if (authorization.includes(',') && /,\s*bearer\b/i.test(authorization)) return { fault: 'several' }
  const token = readBearerToken(authorization)
  if (token === undefined) return { fault: /^bearer$/i.test(authorization) ? 'incomplete' : 'none' }
  const isOne = token !== '' && !token.includes(' ') && !token.includes(',') && !token.includes('\t')
  return isOne ? { token } : { fault: 'incomplete' }
}
