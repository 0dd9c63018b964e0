import { AuthConfigurationError } from '@tokenward/auth-core'
import { type Credentials, readBearerToken, readHeader } from './credentials.ts'

/**
 * What is wrong with the credentials of a request.
 *
 * - `absent`: it has none. A guard that is optional lets it in.
 * - `other`: it has some, but none that the guard reads, such as those of another scheme.
 * - `several`: more than one.
 * - `incomplete`: the scheme without a token, or with more than a token.
 * - `foreign`: a cookie, sent by a page of another origin.
 */
export type CredentialsFault = 'absent' | 'other' | 'several' | 'incomplete' | 'foreign'

/** The one token of a request, or what is wrong with its credentials. */
export type FoundToken =
  | { readonly token: string; readonly fault?: undefined }
  | { readonly fault: CredentialsFault; readonly token?: undefined }

/** A place where requests carry their token: made by `fromCookie`, `fromHeader` and `fromWebSocketProtocol`. */
export interface TokenSource {
  /** Finds the token in the part of a request that decides. */
  readonly find: (credentials: Credentials) => FoundToken
}

type Token = string | null | undefined

/** A place where requests carry their token, or a function that reads it: `undefined`, `null` and `''` mean that there is none. */
export type TokenReader<FrameworkRequest = unknown> =
  | TokenSource
  | ((request: FrameworkRequest) => Token | Promise<Token>)

/** Finds the one token of a request. */
export type FindToken<FrameworkRequest> = (
  credentials: Credentials,
  request: FrameworkRequest,
) => FoundToken | Promise<FoundToken>

export const absent: FoundToken = { fault: 'absent' }
const several: FoundToken = { fault: 'several' }
export const incomplete: FoundToken = { fault: 'incomplete' }

const breaks = [' ', ',', '\t']

/** A token is one word: anything more is more than one credential, or none. */
export function toFoundToken(token: string): FoundToken {
  // Several times as fast as a regular expression, for a token of 1 kB.
  return token === '' || breaks.some((each) => token.includes(each)) ? incomplete : { token }
}

/** The Authorization header, which the guards read unless `readToken` says otherwise. */
export const authorizationSource: TokenSource = {
  find({ authorization }) {
    if (!authorization) return absent
    // Several headers, or several credentials in one.
    if (authorization.includes(',') && /,\s*bearer\b/i.test(authorization)) return several
    const token = readBearerToken(authorization)
    if (token === undefined) return /^bearer$/i.test(authorization) ? incomplete : { fault: 'other' }
    return toFoundToken(token)
  },
}

/** By `then`, because `instanceof` fails where the application has replaced the global `Promise`. */
export function isThenable<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** @throws {AuthConfigurationError} when `createAuthenticate` was not given the headers of the request */
export function readSourceHeader({ headers }: Credentials, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null)
    throw new AuthConfigurationError(
      'headers',
      'must be given with the credentials, because readToken reads them',
    )
  return readHeader(headers, name)
}

function wrapFunction<FrameworkRequest>(
  read: (request: FrameworkRequest) => Token | Promise<Token>,
): FindToken<FrameworkRequest> {
  const toFound = (token: unknown): FoundToken => {
    if (token === undefined || token === null || token === '') return absent
    // The value is not shown: it may be the token in another form.
    if (typeof token !== 'string')
      throw new AuthConfigurationError(
        'readToken',
        'must return the token as a string, or undefined without one',
      )
    return toFoundToken(token)
  }
  return (_credentials, request) => {
    const token = read(request)
    return isThenable(token) ? Promise.resolve(token).then(toFound) : toFound(token)
  }
}

/** @throws {AuthConfigurationError} for what is neither a source nor a function, and for an empty list */
function toFindToken<FrameworkRequest>(reader: TokenReader<FrameworkRequest>): FindToken<FrameworkRequest> {
  if (typeof reader === 'function') return wrapFunction(reader)
  if (typeof (reader as Partial<TokenSource> | null)?.find === 'function') return reader.find
  throw new AuthConfigurationError(
    'readToken',
    'must be made by fromCookie, fromHeader or fromWebSocketProtocol, or be a function of the request, or a list of these',
  )
}

function hasUrlToken(url: string = ''): boolean {
  // Any letter of the name may be percent-encoded.
  if (url.includes('%')) return new URLSearchParams(url.slice(url.indexOf('?'))).has('access_token')
  return /[?&]access_token=/.test(url)
}

/** One token in all places together, or what is wrong. */
function combine(found: readonly FoundToken[]): FoundToken {
  const present = found.filter(({ fault }) => fault !== 'absent' && fault !== 'other')
  if (present.length > 1) return several
  return present[0] ?? found.find(({ fault }) => fault === 'other') ?? absent
}

/**
 * Makes the function that finds the token of a request, in all places that `readToken` names.
 *
 * An Authorization header with a bearer token counts as a credential in any case, so that it is refused beside another one; and so does
 * `access_token` in the query.
 *
 * @throws {AuthConfigurationError} when `readToken` cannot be used
 */
export function createFindToken<FrameworkRequest>(
  readToken: TokenReader<FrameworkRequest> | readonly TokenReader<FrameworkRequest>[] = authorizationSource,
): FindToken<FrameworkRequest> {
  const readers: readonly TokenReader<FrameworkRequest>[] = Array.isArray(readToken) ? readToken : [readToken]
  const finds = readers.map(toFindToken)
  if (finds.length === 0) throw new AuthConfigurationError('readToken', 'must name at least one place')
  const isAuthorizationRead = readers.includes(authorizationSource)

  /** Beside any other credential, a token in the URL is one too many. */
  const countUrl = (found: FoundToken, url: string | undefined): FoundToken =>
    found.fault !== 'absent' && hasUrlToken(url) ? several : found

  if (finds.length === 1 && isAuthorizationRead)
    return (credentials) => countUrl(authorizationSource.find(credentials), credentials.url)

  function finish(found: readonly FoundToken[], { authorization, url }: Credentials): FoundToken {
    const isBearer = !isAuthorizationRead && Boolean(authorization?.match(/(^|,)\s*bearer\b/i))
    const one = combine(isBearer ? [...found, { fault: 'other' }] : found)
    return isBearer && one.fault !== 'other' ? several : countUrl(one, url)
  }

  return (credentials, request) => {
    const found = finds.map((find) => find(credentials, request))
    if (found.some((each) => 'then' in each))
      return Promise.all(found.map(async (each) => each)).then((all) => finish(all, credentials))
    return finish(found as FoundToken[], credentials)
  }
}
