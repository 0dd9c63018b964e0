import { AuthConfigurationError, type OptionNames, readOptions } from '@tokenward/auth-core'
import type { Challenge } from './challenge.ts'
import type { TokenReader } from './token-source.ts'

/** What the application makes of a challenge. The status stays, and so do the challenge's headers. */
export interface ChallengeAnswer {
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown
  /** More headers, such as `content-type`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Options of the guards, and of `createAuthenticate`.
 *
 * @example
 * ```ts
 * const options: GuardOptions = {
 *   clientId: ['web-app', 'mobile-app'],
 *   scopes: ['user'],
 *   onChallenge: ({ error, description }) => ({ body: { code: error, message: description } }),
 * }
 * app.use('/orders', requireToken(verifier, options))
 * ```
 */
export interface GuardOptions<FrameworkRequest = unknown> {
  /**
   * The application that tokens must be issued for, or a list of them. `null` accepts tokens of any, explicitly.
   * @default the verifier's `clientId`, read at the first request; without one, every request is an error
   */
  readonly clientId?: string | readonly string[] | null | undefined
  /** Whether tokens with the scope `anonymous` are let in. @default 'refuse' */
  readonly anonymous?: 'refuse' | 'allow' | undefined
  /**
   * Whose tokens are let in. `'users'` refuses the API keys and publishable keys of the vendor, which are sent in the same header;
   * `'any'` lets them in. @default 'users'
   */
  readonly identities?: 'users' | 'any' | undefined
  /** The scopes that a token must have, all of them, separated by spaces in the token. @default none */
  readonly scopes?: readonly string[] | undefined
  /**
   * Lets requests without an Authorization header, or with an empty one, in without an identity; with any other header, the token must
   * be good. With `readToken`, the same goes for the places that it names. @default false
   */
  readonly optional?: boolean | undefined
  /**
   * Where requests carry their token: `fromCookie(name)`, `fromHeader(name)`, `fromWebSocketProtocol()`, a function of the request, or a
   * list of these. A request with more than one credential is refused, also when one of them is a bearer token in an Authorization
   * header that is not read, or `access_token` in the URL. @default fromHeader('authorization')
   */
  readonly readToken?: TokenReader<FrameworkRequest> | readonly TokenReader<FrameworkRequest>[] | undefined
  /** Names what is protected, in `WWW-Authenticate`: visible ASCII and spaces, without `"` and `\`. @default 'api' */
  readonly realm?: string | undefined
  /** Shapes the answer to a request that is refused. @default JSON with `error` and `error_description` */
  readonly onChallenge?:
    | ((challenge: Challenge, request: FrameworkRequest) => ChallengeAnswer | Promise<ChallengeAnswer>)
    | undefined
}

/** Options of a guard once they are checked and have their defaults. */
export interface GuardSettings<FrameworkRequest> {
  /** The applications whose tokens are accepted, `null` for any; `undefined` for the verifier's. */
  readonly clientIds: readonly string[] | null | undefined
  readonly allowsAnonymous: boolean
  readonly allowsKeys: boolean
  readonly scopes: readonly string[]
  readonly isOptional: boolean
  readonly realm: string
  readonly readToken: GuardOptions<FrameworkRequest>['readToken']
  readonly onChallenge: GuardOptions<FrameworkRequest>['onChallenge']
}

/** The options of every guard, for guards that have more. */
export const guardOptionNames: OptionNames<GuardOptions> = {
  clientId: true,
  anonymous: true,
  identities: true,
  scopes: true,
  // A text such as 'false', read from a variable, must not open the door.
  optional: 'boolean',
  readToken: true,
  realm: true,
  onChallenge: true,
}

/** @throws {AuthConfigurationError} when the list is empty, or holds an empty name: that would accept tokens of no application */
export function readClientIds(clientId: string | readonly string[] | undefined): readonly string[] {
  const clientIds = typeof clientId === 'string' ? [clientId] : Array.from(clientId ?? [])
  if (clientIds.length === 0 || !clientIds.every((each) => typeof each === 'string' && each !== ''))
    throw new AuthConfigurationError(
      'clientId',
      'is required: set TOKENWARD_CLIENT_ID, or give clientId to createAuthClient or to the guard (mock-env for auth-mock); null accepts tokens of any application',
    )
  return clientIds
}

function assertOneOf(argument: string, value: string, values: readonly string[]): void {
  if (!values.includes(value))
    throw new AuthConfigurationError(argument, `must be '${values.join("' or '")}'`)
}

/** @throws {AuthConfigurationError} for what is not a list of scopes, in characters of RFC 6749 section 3.3, which need no escape in a header */
export function assertScopes(scopes: readonly string[]): void {
  const isScope = (scope: unknown): boolean => typeof scope === 'string' && /^[!#-[\]-~]+$/.test(scope)
  if (!Array.isArray(scopes) || !scopes.every(isScope))
    throw new AuthConfigurationError('scopes', 'must be a list of scope tokens without spaces or quotes')
}

/** @throws {AuthConfigurationError} for the first option that cannot be used */
export function readGuardOptions<FrameworkRequest>(
  options: GuardOptions<FrameworkRequest>,
): GuardSettings<FrameworkRequest> {
  const own = readOptions<GuardOptions<FrameworkRequest>>('requireToken', options, guardOptionNames)
  const { clientId, anonymous = 'refuse', identities = 'users', scopes = [], realm = 'api' } = own
  assertOneOf('anonymous', anonymous, ['refuse', 'allow'])
  assertOneOf('identities', identities, ['users', 'any'])
  assertScopes(scopes)
  if (typeof realm !== 'string' || !/^[ !#-[\]-~]+$/.test(realm))
    throw new AuthConfigurationError('realm', 'must be visible ASCII and spaces, without " and \\')
  if (own.onChallenge !== undefined && typeof own.onChallenge !== 'function')
    throw new AuthConfigurationError('onChallenge', 'must be a function')
  return {
    clientIds: clientId === null || clientId === undefined ? clientId : readClientIds(clientId),
    allowsAnonymous: anonymous === 'allow',
    allowsKeys: identities === 'any',
    scopes: [...scopes],
    isOptional: own.optional ?? false,
    realm,
    readToken: own.readToken,
    onChallenge: own.onChallenge,
  }
}
