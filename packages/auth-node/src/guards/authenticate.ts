import { AuthConfigurationError, isAuthError } from '@tokenward/auth-core'
import {
  type Challenge,
  insufficientScope,
  invalidRequest,
  invalidToken,
  noCredentials,
  unavailable,
} from './challenge.ts'
import type { TokenVerdict, TokenVerifier, VerifiedToken } from '../verifier/token-verifier.ts'

/** What the application makes of a challenge. The status stays, and so do the challenge's headers. */
export interface ChallengeAnswer {
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown
  /** More headers, such as `content-type`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Options of the guards. */
export interface GuardOptions<Request = unknown> {
  /**
   * The application that tokens must be issued for; one of several. `null` accepts tokens of any, explicitly.
   * @default the verifier's `clientId`; a verifier without one makes this required
   */
  readonly clientId?: string | readonly string[] | null | undefined
  /** Whether tokens with the scope `anonymous` are let in. @default 'refuse' */
  readonly anonymous?: 'refuse' | 'allow' | undefined
  /** The scopes that a token must have, all of them. @default none */
  readonly scopes?: readonly string[] | undefined
  /** Lets requests without an Authorization header, or with an empty one, in as nobody; any other must be good. @default false */
  readonly optional?: boolean | undefined
  /** Shapes the answer to a request that is refused. @default JSON with `error` and `error_description` */
  readonly onChallenge?:
    | ((challenge: Challenge, request: Request) => ChallengeAnswer | Promise<ChallengeAnswer>)
    | undefined
}

/** Whom a guard lets in: somebody, unless its `optional` may be true. */
export type IdentityOf<Optional extends boolean | undefined> = Optional extends true
  ? VerifiedToken | undefined
  : VerifiedToken

/** The part of a request that decides. */
export interface Credentials {
  /** The Authorization header; several of them joined by commas. */
  readonly authorization: string | undefined
  /** Path and query, or the whole URL. */
  readonly url: string | undefined
  /** Ends the wait for the service. */
  readonly signal?: AbortSignal | undefined
}

/** The answer to a request that is refused, ready to be sent. Header names are in lower case. */
export interface Refusal {
  readonly status: Challenge['status']
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Let in, as somebody or as nobody; or refused. */
export type Decision =
  | { readonly identity: VerifiedToken | undefined; readonly refusal?: undefined }
  | { readonly identity?: undefined; readonly refusal: Refusal }

/**
 * Decides about a request: at once where memory knows the token, else with a promise. Tell the two apart by `then`: to `instanceof`,
 * a promise is none where the application has replaced the global `Promise`.
 */
export type Authenticate<Request> = (
  credentials: Credentials,
  request: Request,
) => Decision | Promise<Decision>

/**
 * Reads the token of an Authorization header, such as for signing out. Says nothing about whether it is valid.
 *
 * @returns `undefined` when the header is missing or of another scheme
 * @see RFC 6750 section 2.1
 */
export function readBearerToken(authorization: string | undefined): string | undefined {
  return authorization?.slice(0, 7).toLowerCase() === 'bearer ' ? authorization.slice(7).trim() : undefined
}

function answerOf({ status, error, description, headers }: Challenge, shaped?: ChallengeAnswer): Refusal {
  const own = Object.entries(shaped?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  const { body = { error, error_description: description } } = shaped ?? {}
  const isText = typeof body === 'string'
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json'
  return {
    status,
    headers: { 'content-type': type, ...Object.fromEntries(own), ...headers },
    // JSON has no word for a function, say, and to Koa no body means 204.
    body: isText ? body : (JSON.stringify(body) ?? ''),
  }
}

/** To a framework, an error that is `undefined`, or another value of no object, can mean to let the request pass. */
function fail(error: unknown): never {
  if (typeof error === 'object' && error !== null) throw error
  throw new Error('the request could not be decided', { cause: error })
}

/** A claim that the service made, and not a prototype that somebody has polluted. */
function readOwn(verdict: VerifiedToken, claim: 'client_id' | 'scope'): string {
  return (Object.hasOwn(verdict, claim) && verdict[claim]) || ''
}

/**
 * Makes the decision that all guards share, free of any framework.
 *
 * @throws {AuthConfigurationError} when `clientId` or a scope cannot be used, or nothing says whose tokens are accepted
 */
export function createAuthenticate<Request>(
  verifier: TokenVerifier,
  options: GuardOptions<Request> = {},
): Authenticate<Request> {
  const { clientId = verifier.clientId, anonymous = 'refuse', scopes = [], optional, onChallenge } = options
  const clientIds = typeof clientId === 'string' ? [clientId] : clientId && Array.from(clientId)
  // An empty one would accept tokens that name no application.
  if (clientIds !== null && !(clientIds?.length && clientIds.every(Boolean)))
    throw new AuthConfigurationError('clientId', 'is required; null accepts tokens of any')
  // Characters of RFC 6749 section 3.3, which need no escape in a header.
  if (!Array.isArray(scopes) || !scopes.every((scope) => /^[!#-[\]-~]+$/.test(scope)))
    throw new AuthConfigurationError('scopes', 'must be scope tokens without spaces or quotes')
  const required = [...scopes]
  const forbidden = insufficientScope(required)

  function judge(issuedFor: string, scope: string): Challenge | undefined {
    if (clientIds && !clientIds.includes(issuedFor)) return invalidToken
    const granted = scope.split(' ')
    if (anonymous !== 'allow' && granted.includes('anonymous')) return forbidden
    return required.every((each) => granted.includes(each)) ? undefined : forbidden
  }

  // Most tokens say what the one before them said.
  let last = { issuedFor: '', scope: '', objection: judge('', '') }

  /** Finds what speaks against letting a live token in. */
  function findObjection(verdict: VerifiedToken): Challenge | undefined {
    const issuedFor = readOwn(verdict, 'client_id')
    const scope = readOwn(verdict, 'scope')
    if (issuedFor !== last.issuedFor || scope !== last.scope)
      last = { issuedFor, scope, objection: judge(issuedFor, scope) }
    return last.objection
  }

  function refuse(challenge: Challenge, request: Request): Decision | Promise<Decision> {
    try {
      const shaped = onChallenge?.(challenge, request)
      if (shaped && 'then' in shaped)
        return shaped.then((answer) => ({ refusal: answerOf(challenge, answer) })).then(undefined, fail)
      return { refusal: answerOf(challenge, shaped) }
    } catch (error) {
      return fail(error)
    }
  }

  function decide(verdict: TokenVerdict, request: Request): Decision | Promise<Decision> {
    if (!verdict.active) return refuse(invalidToken, request)
    const objection = findObjection(verdict)
    return objection ? refuse(objection, request) : { identity: verdict }
  }

  function peek(token: string): VerifiedToken | undefined {
    try {
      return verifier.peek(token)
    } catch (error) {
      return fail(error)
    }
  }

  async function ask(token: string, signal: AbortSignal | undefined, request: Request): Promise<Decision> {
    let verdict: TokenVerdict
    try {
      verdict = await verifier.verifyToken(token, { signal })
    } catch (error) {
      // A mistake of the program, or the caller has left: neither is an outage.
      if (!isAuthError(error) || error.code === 'configuration') {
        if (signal?.aborted) throw error
        return fail(error)
      }
      return refuse(unavailable(error.code === 'api' ? error.retryAfterMs : undefined), request)
    }
    return decide(verdict, request)
  }

  return ({ authorization, url, signal }, request) => {
    if (!authorization) return optional === true ? { identity: undefined } : refuse(noCredentials, request)
    const token = readBearerToken(authorization)
    if (url?.includes('access_token=') && /[?&]access_token=/.test(url))
      return refuse(invalidRequest, request)
    const found = token && peek(token)
    if (found) return decide(found, request)
    // Several headers, or several credentials in one.
    if (/,\s*bearer\b/i.test(authorization)) return refuse(invalidRequest, request)
    if (token === undefined)
      return refuse(/^bearer$/i.test(authorization) ? invalidRequest : noCredentials, request)
    if (!token || /[\s,]/.test(token)) return refuse(invalidRequest, request)
    return ask(token, signal, request)
  }
}
