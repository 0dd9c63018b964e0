import { assertArgument, AuthConfigurationError, describeValue, isAuthError } from '@tokenward/auth-core'
import type { TokenVerdict, VerifiedToken } from '../verifier/token-verdict.ts'
import type { TokenVerifier } from '../verifier/token-verifier.ts'
import { type Challenge, type ChallengeReason, createChallenges } from './challenge.ts'
import { type Credentials, textOf } from './credentials.ts'
import { createFindObjection } from './find-objection.ts'
import { createGuardEvents } from './guard-events.ts'
import { type ChallengeAnswer, type GuardOptions, readClientIds, readGuardOptions } from './options.ts'
import {
  createFindToken,
  type CredentialsFault,
  type FindToken,
  type FoundToken,
  isThenable,
} from './token-source.ts'

/** The identity that a guard lets in: `undefined` only where its `optional` may be true. */
export type IdentityOf<Optional extends boolean | undefined> = Optional extends true
  ? VerifiedToken | undefined
  : VerifiedToken

/** The answer to a request that is refused, ready to be sent. Header names are in lower case. */
export interface Refusal {
  readonly status: Challenge['status']
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Let in, with an identity or, where that is optional, without one; or refused. */
export type Decision =
  | { readonly identity: VerifiedToken | undefined; readonly refusal?: undefined }
  | { readonly identity?: undefined; readonly refusal: Refusal }

/**
 * Decides about a request: at once where memory knows the token, else with a promise. Tell the two apart by `then`: `instanceof` fails
 * where the application has replaced the global `Promise`.
 */
export type Authenticate<FrameworkRequest> = (
  credentials: Credentials,
  request: FrameworkRequest,
) => Decision | Promise<Decision>

const faults = {
  absent: 'no_credentials',
  other: 'no_credentials',
  several: 'several_credentials',
  incomplete: 'incomplete_credentials',
  foreign: 'foreign_origin',
} as const satisfies Record<CredentialsFault, ChallengeReason>

function answerOf({ status, error, description, headers }: Challenge, shaped?: ChallengeAnswer): Refusal {
  const own = Object.entries(shaped?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  const { body = { error, error_description: description } } = shaped ?? {}
  const isText = typeof body === 'string'
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json'
  return {
    status,
    headers: { 'content-type': type, ...Object.fromEntries(own), ...headers },
    // JSON cannot express a function, for example; and Koa would turn a missing body into a 204.
    body: isText ? body : (JSON.stringify(body) ?? ''),
  }
}

/** Throws an object in any case: frameworks take an error that is `undefined`, 0 or a text for "let the request pass". */
function rethrow(error: unknown): never {
  if (typeof error === 'object' && error !== null) throw error
  throw new Error('the request could not be decided', { cause: error })
}

/** The two steps of a decision, for guards that need the token once they have let a request in. */
export interface TokenCheck<FrameworkRequest> {
  readonly find: FindToken<FrameworkRequest>
  readonly verify: (
    found: FoundToken,
    signal: AbortSignal | undefined,
    request: FrameworkRequest,
  ) => Decision | Promise<Decision>
}

/** @throws {AuthConfigurationError} as `createAuthenticate` */
export function createTokenCheck<FrameworkRequest>(
  verifier: TokenVerifier,
  options: GuardOptions<FrameworkRequest> = {},
): TokenCheck<FrameworkRequest> {
  if (typeof (verifier as TokenVerifier | undefined)?.peekOrVerify !== 'function')
    throw new AuthConfigurationError(
      'verifier',
      'must be made by createTokenVerifier; an auth client is none',
    )
  const settings = readGuardOptions(options)
  const { isOptional, onChallenge, realm, scopes } = settings
  const findToken = createFindToken(settings.readToken)
  const challenges = createChallenges(realm, scopes)
  const findObjection = createFindObjection(settings)
  const publish = createGuardEvents()
  let { clientIds } = settings

  /** Asks the verifier at the first request, because a module may be loaded where the environment is not there yet. */
  function acceptedClients(): readonly string[] | null {
    if (clientIds === undefined) clientIds = readClientIds(verifier.clientId)
    return clientIds
  }

  function refuse(challenge: Challenge, request: FrameworkRequest): Decision | Promise<Decision> {
    publish(challenge)
    try {
      const shaped = onChallenge?.(challenge, request)
      if (isThenable(shaped))
        return Promise.resolve(shaped)
          .then((answer) => ({ refusal: answerOf(challenge, answer) }))
          .then(undefined, rethrow)
      return { refusal: answerOf(challenge, shaped) }
    } catch (error) {
      return rethrow(error)
    }
  }

  function decide(verdict: TokenVerdict, request: FrameworkRequest): Decision | Promise<Decision> {
    if (!verdict.active) return refuse(challenges.of(verdict.reason), request)
    const objection = findObjection(verdict, acceptedClients())
    return objection ? refuse(challenges.of(objection), request) : { identity: verdict }
  }

  async function decideLater(pending: Promise<TokenVerdict>, request: FrameworkRequest): Promise<Decision> {
    let verdict: TokenVerdict
    try {
      verdict = await pending
    } catch (error) {
      // The caller has left, or the program has a mistake: neither is an outage.
      if (!isAuthError(error) || error.code === 'configuration') return rethrow(error)
      return refuse(challenges.unavailable(error), request)
    }
    return decide(verdict, request)
  }

  function verify(
    found: FoundToken,
    signal: AbortSignal | undefined,
    request: FrameworkRequest,
  ): Decision | Promise<Decision> {
    if (found.fault === 'absent' && isOptional) return { identity: undefined }
    if (found.fault !== undefined) return refuse(challenges.of(faults[found.fault]), request)
    let verdict: VerifiedToken | Promise<TokenVerdict>
    try {
      verdict = verifier.peekOrVerify(found.token, signal && { signal })
    } catch (error) {
      return rethrow(error)
    }
    return 'then' in verdict ? decideLater(verdict, request) : decide(verdict, request)
  }

  return {
    find(credentials, request) {
      // Before anything is let in or asked, so that a missing application shows at once.
      acceptedClients()
      try {
        const found = findToken(credentials, request)
        return 'then' in found ? found.then(undefined, rethrow) : found
      } catch (error) {
        return rethrow(error)
      }
    },
    verify,
  }
}

/**
 * Reads what a program hands over as the guards read a request: an Authorization header that is a list is joined, and one that is neither
 * text nor a list is no token.
 *
 * @throws {AuthConfigurationError} when there are no credentials, or the URL is no text
 */
function readCredentials(given: Credentials): Credentials {
  const isObject = typeof given === 'object' && (given as unknown) !== null
  assertArgument('credentials', isObject, 'must be an object with authorization and url')
  const { authorization, url, signal, method, headers } = given
  if (typeof (url ?? '') !== 'string')
    throw new AuthConfigurationError('url', `must be path and query as text, not ${describeValue(url)}`)
  if (authorization === undefined || typeof authorization === 'string') return given
  return { authorization: textOf(authorization, 'authorization'), url, signal, method, headers }
}

/**
 * Makes the decision that all guards share, free of any framework: for a framework that has no guard here.
 *
 * @param verifier made by `createTokenVerifier`
 * @param options as those of the guards
 * @returns a function that decides about one request: with its Authorization header and URL, with method and headers where
 * `readToken` is given, and with what `onChallenge` and a `readToken` of your own receive. A header that is neither text nor a list of texts
 * is refused as no token. The function throws an {@link AuthConfigurationError} for a URL that is no text
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or `verifier` is not a verifier
 * @example
 * ```ts
 * const authenticate = createAuthenticate(verifier, { scopes: ['user'] })
 * // Within the handler of a server, whose errors are answered with 500:
 * const authorization = request.headersDistinct.authorization?.join(', ')
 * const { identity, refusal } = await authenticate({ authorization, url: request.url }, request)
 * if (refusal) response.writeHead(refusal.status, refusal.headers).end(refusal.body)
 * else response.end(`hello ${identity?.sub}`)
 * ```
 */
export function createAuthenticate<FrameworkRequest>(
  verifier: TokenVerifier,
  options?: GuardOptions<FrameworkRequest>,
): Authenticate<FrameworkRequest> {
  const { find, verify } = createTokenCheck(verifier, options)
  return (given, request) => {
    const credentials = readCredentials(given)
    const { signal } = credentials
    const found = find(credentials, request)
    return 'then' in found
      ? found.then((token) => verify(token, signal, request))
      : verify(found, signal, request)
  }
}
