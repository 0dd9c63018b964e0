import {
  assertArgument,
  AuthConfigurationError,
  describeValue,
  type InactiveToken,
  isBearerToken,
  type OptionNames,
  readOptions,
} from '@tokenward/auth-core'
import { checkOptions, someText, text, type OptionRules } from '../options/check-options.ts'
import type { FakeHolder, FakeVerifierOptions } from './fake-verifier.ts'

/** The answer of the fake to one token. */
export type FakeAnswer = FakeHolder | InactiveToken['reason'] | Error

const rules: OptionRules<FakeVerifierOptions> = {
  tokens: { accepts: (value) => typeof value === 'object' && value !== null, expected: 'an object' },
  clientId: someText,
}

const holderRules: OptionRules<FakeHolder> = { sub: someText, scope: text, clientId: someText }

const reasons: readonly InactiveToken['reason'][] = ['malformed', 'expired', 'rejected']

/**
 * Reads what `createFakeVerifier` takes.
 *
 * @throws {AuthConfigurationError} for an unknown option, without `tokens`, or for an answer that is none
 */
export function readFakeOptions(given: FakeVerifierOptions): {
  readonly answers: Map<string, FakeAnswer>
  readonly clientId: string
} {
  const { tokens, clientId = 'mock-env' } = checkOptions('createFakeVerifier', rules, given)
  if (tokens === undefined) throw new AuthConfigurationError('tokens', 'is missing')
  const answers = Object.entries(tokens).map(([token, value]) => [token, readAnswer(value)] as const)
  return { answers: new Map(answers), clientId }
}

function readAnswer(value: unknown): FakeAnswer {
  if (value instanceof Error) return value
  const reason = reasons.find((known) => known === value)
  if (reason) return reason
  if (typeof value !== 'object' || value === null)
    throw new AuthConfigurationError(
      'tokens',
      `must give each token its holder, such as { sub: '42' }, an error, or one of ${reasons.join(', ')}`,
    )
  const holder = checkOptions<FakeHolder>('the holder of a token', holderRules, value)
  if (holder.sub === undefined) throw new AuthConfigurationError('sub', 'of the holder of a token is missing')
  return holder
}

/** Options of one call that the fake needs nothing of, because it answers at once; the verifier of auth-node checks them. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
}

const waitNames: OptionNames<WaitOptions> = { signal: true, timeoutMs: [1, 2_147_483_647] }

/**
 * Checks the arguments of `verifyToken`.
 *
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or the token is no text
 * @throws the reason of the signal, when it is aborted already
 */
export function assertCheck(token: unknown, options: WaitOptions | undefined): void {
  if (options) assertWait(readOptions('verifyToken', options, waitNames))
  assertText(token)
}

/** Options of `revoke` and of `revokeAndVerify`. */
export interface RevokeOptions extends WaitOptions {
  readonly keepalive?: boolean | undefined
}

const revokeNames: OptionNames<RevokeOptions> = { ...waitNames, keepalive: 'boolean' }

/**
 * Checks the arguments of a revocation.
 *
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or the token is none
 * @throws the reason of the signal, when it is aborted already
 */
export function assertRevocation(method: string, token: unknown, options: RevokeOptions | undefined): void {
  const wait = readOptions(method, options, revokeNames)
  assertSignal('signal', wait.signal)
  assertText(token)
  const rule = 'must be a bearer token of at most 8,192 characters, without "Bearer" before it'
  assertArgument('token', isBearerToken(token), rule)
  wait.signal?.throwIfAborted()
}

/** Options of `revokeSubject`. */
export interface SubjectOptions extends RevokeOptions {
  readonly issuedBefore?: number | undefined
  readonly tokens?: readonly string[] | undefined
}

const subjectNames: OptionNames<SubjectOptions> = {
  ...revokeNames,
  issuedBefore: [0, 8.64e15],
  tokens: true,
}

/**
 * Reads the arguments of `revokeSubject`.
 *
 * @throws {AuthConfigurationError} when one of them cannot be used, or an option is unknown
 * @throws the reason of the signal, when it is aborted already
 */
export function readSubjectOptions(
  sub: string,
  options: SubjectOptions | undefined,
): { readonly issuedBefore: number; readonly tokens: readonly string[] } {
  const own = readOptions('revokeSubject', options, subjectNames)
  const { issuedBefore = Date.now(), tokens = [] } = own
  assertArgument('sub', typeof sub === 'string' && sub !== '', 'must be the user id, a text')
  assertArgument('sub', !/\p{Cs}/u.test(sub), 'must be text without half a surrogate pair')
  // As milliseconds, it would be of the years 1970 to 1973, and would end no session.
  const isInSeconds = issuedBefore > 1e8 && issuedBefore < 1e11
  assertArgument('issuedBefore', !isInSeconds, 'must be in milliseconds since the epoch, not in seconds')
  const areTokens = Array.isArray(tokens) && tokens.every((token) => isBearerToken(token))
  assertArgument('tokens', areTokens, 'must be a list of bearer tokens')
  assertWait(own)
  return { issuedBefore, tokens }
}

/** Options of `signalFor`. */
export interface FakeSignalOptions {
  readonly until?: AbortSignal | undefined
  readonly checkEveryMs?: number | undefined
}

const signalNames: OptionNames<FakeSignalOptions> = { until: true, checkEveryMs: [1, 86_400_000] }

/**
 * Reads the arguments of `signalFor`.
 *
 * @returns the signal that ends the watch
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or the token is no text
 */
export function readUntil(token: unknown, options: FakeSignalOptions | undefined): AbortSignal | undefined {
  const { until } = readOptions('signalFor', options, signalNames)
  assertSignal('until', until)
  assertText(token)
  return until
}

function assertWait({ signal }: WaitOptions): void {
  assertSignal('signal', signal)
  signal?.throwIfAborted()
}

/** Never shows the value, which may be a token. */
function assertSignal(argument: string, value: AbortSignal | undefined): void {
  const isSignal = typeof value?.addEventListener === 'function' && typeof value.aborted === 'boolean'
  assertArgument(argument, value === undefined || isSignal, 'must be an AbortSignal')
}

function assertText(token: unknown): void {
  assertArgument('token', typeof token === 'string', `must be a string, not ${describeValue(token)}`)
}
