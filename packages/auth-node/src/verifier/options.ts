import {
  assertArgument,
  assertRange,
  AuthConfigurationError,
  describeValue,
  type OptionNames,
  readOptions,
} from '@tokenward/auth-core'
import { allowsSharedRequests } from '../runtime/shared-requests.ts'
import type { RevocationStore } from '../fleet/revocation-store.ts'
import type { TokenSignature } from './token-signature.ts'
import type { SignalOptions, VerifyTokenOptions } from './token-verifier.ts'

/**
 * Options of `createTokenVerifier`.
 *
 * @example
 * ```ts
 * const options: TokenVerifierOptions = {
 *   revocationWindowMs: 10_000,
 *   maxEntries: 50_000,
 *   onUnavailable: { serveStaleForMs: 60_000 },
 * }
 * const verifier = createTokenVerifier(auth, options)
 * ```
 */
export interface TokenVerifierOptions {
  /**
   * How long an answer of the service is believed, in milliseconds; 1 to 86,400,000. When a token is revoked where this process cannot
   * see it, it is let in for at most as long. Never past the token's own expiry. @default 30_000
   */
  readonly revocationWindowMs?: number | undefined
  /**
   * How many active tokens are remembered at most; beyond it, those that were used longest ago are dropped. The half of this number that
   * was used last is always remembered. 2 to 10,000,000. @default 10_000
   */
  readonly maxEntries?: number | undefined
  /** How long a refusal of the service is believed, in milliseconds; 0 to 86,400,000. @default 5_000 */
  readonly refusalWindowMs?: number | undefined
  /** How many refused tokens are remembered, apart from the active ones. 2 to 10,000,000. @default 10_000 */
  readonly maxRefusals?: number | undefined
  /**
   * How many refusals of the service in one second mean a flood of made-up tokens. 1 or more. For the rest of that second, the service
   * is not asked about tokens that are new here: they get an `AuthNetworkError` with the reason `TOO_MANY_REFUSALS`. While the flood
   * goes on, the service is asked about this many new tokens in each second. @default 100
   */
  readonly maxRefusalsPerSecond?: number | undefined
  /**
   * How many checks of tokens that are new here may wait for the service at once. 1 or more. While that many wait, one more gets an
   * `AuthNetworkError` with the reason `TOO_MANY_PENDING`, so that made-up tokens fill no memory while the service is slow. Tokens that
   * were active here, and signed ones, wait beside them. The service is asked about 192 of them at once, and the others wait for their
   * turn, for at most five seconds. A check that waits takes at most about 16 kB. @default 5_000
   */
  readonly maxPending?: number | undefined
  /** How long a revocation is remembered when the token names no expiry, in milliseconds; 1 to 31,536,000,000. @default 86_400_000 */
  readonly tombstoneMs?: number | undefined
  /** How many revocations are remembered, of tokens and of users each; for one more, the oldest is dropped. 1 or more. @default 1_000_000 */
  readonly maxTombstones?: number | undefined
  /**
   * How long `revokeSubject` holds, in milliseconds; 1 to 31,536,000,000. At least as long as an access token can live, which is 24 hours
   * at most. @default 86_400_000
   */
  readonly cutOffMs?: number | undefined
  /**
   * What happens during an outage to a token whose last answer is too old. `'deny'` throws the error. `serveStaleForMs` lets it in for
   * so many milliseconds from its last active answer, marked `stale`; never when it is revoked or expired. @default 'deny'
   */
  readonly onUnavailable?: 'deny' | { readonly serveStaleForMs: number } | undefined
  /**
   * Whether concurrent checks of one token share a request.
   * @default true; `false` on Workers and edge runtimes, which forbid it across requests
   */
  readonly shareRequests?: boolean | undefined
  /**
   * Tells made-up tokens from signed ones, such as `serviceKeys` of `@tokenward/auth-node/signature` does. A made-up token is then
   * refused without a request, and the service is asked about every signed one, also in a flood.
   * @default none: the service is asked about every token, up to `maxRefusalsPerSecond`
   */
  readonly signature?: TokenSignature | undefined
  /** Shares revocations with the other processes of a fleet. @default none: their revocations are seen within `revocationWindowMs` */
  readonly store?: RevocationStore | undefined
  /**
   * What happens to remembered answers while the store is away and a revocation by another process may be missed. `'serve'` believes
   * them for `revocationWindowMs` as before, marked `isolated`; `'ask'` asks the service each time. @default 'serve'
   */
  readonly onIsolated?: 'serve' | 'ask' | undefined
  /** The clock, in milliseconds since the epoch; for tests. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** Options once they are checked and have their defaults. */
export interface VerifierSettings {
  readonly revocationWindowMs: number
  readonly maxEntries: number
  readonly refusalWindowMs: number
  readonly maxRefusals: number
  readonly maxRefusalsPerSecond: number
  readonly maxPending: number
  readonly tombstoneMs: number
  readonly maxTombstones: number
  readonly cutOffMs: number
  readonly serveStaleForMs: number
  readonly shareRequests: boolean
  readonly signature: TokenSignature | undefined
  readonly store: RevocationStore | undefined
  readonly onIsolated: 'serve' | 'ask'
  readonly now: (() => number) | undefined
}

const names: OptionNames<TokenVerifierOptions> = {
  revocationWindowMs: [1, 86_400_000],
  maxEntries: [2, 10_000_000],
  refusalWindowMs: [0, 86_400_000],
  maxRefusals: [2, 10_000_000],
  maxRefusalsPerSecond: [1, Infinity],
  maxPending: [1, Infinity],
  tombstoneMs: [1, 31_536_000_000],
  maxTombstones: [1, Infinity],
  cutOffMs: [1, 31_536_000_000],
  onUnavailable: true,
  shareRequests: 'boolean',
  signature: true,
  store: true,
  onIsolated: true,
  now: 'function',
}

const onUnavailableNames: OptionNames<{ serveStaleForMs: number }> = { serveStaleForMs: true }

/** @throws {AuthConfigurationError} for the first option that is unknown or cannot be used */
export function readVerifierOptions(options: TokenVerifierOptions): VerifierSettings {
  const own = readOptions('createTokenVerifier', options, names)
  const { onUnavailable = 'deny', onIsolated = 'serve', signature, store, now } = own
  if (onIsolated !== 'serve' && onIsolated !== 'ask')
    throw new AuthConfigurationError('onIsolated', "must be 'serve' or 'ask'")
  if (onUnavailable !== 'deny' && typeof onUnavailable?.serveStaleForMs !== 'number')
    throw new AuthConfigurationError('onUnavailable', "must be 'deny' or { serveStaleForMs }")
  // With a Date, or without a number, nothing would be known to be revoked.
  if (now)
    assertArgument('now', Number.isFinite(now()), 'must return milliseconds since the epoch, as a number')
  if (store !== undefined && typeof store?.subscribe !== 'function')
    throw new AuthConfigurationError('store', 'must be a RevocationStore, such as createRedisStore makes')
  if (signature !== undefined && typeof signature?.check !== 'function')
    throw new AuthConfigurationError('signature', 'must be a TokenSignature, such as serviceKeys makes')
  const numbers = {
    revocationWindowMs: own.revocationWindowMs ?? 30_000,
    maxEntries: own.maxEntries ?? 10_000,
    refusalWindowMs: own.refusalWindowMs ?? 5_000,
    maxRefusals: own.maxRefusals ?? 10_000,
    maxRefusalsPerSecond: own.maxRefusalsPerSecond ?? 100,
    maxPending: own.maxPending ?? 5_000,
    tombstoneMs: own.tombstoneMs ?? 86_400_000,
    maxTombstones: own.maxTombstones ?? 1_000_000,
    cutOffMs: own.cutOffMs ?? 86_400_000,
    serveStaleForMs: onUnavailable === 'deny' ? 0 : onUnavailable.serveStaleForMs,
  }
  if (onUnavailable !== 'deny') readOptions('onUnavailable', onUnavailable, onUnavailableNames)
  assertRange('onUnavailable', numbers.serveStaleForMs, 0, 31_536_000_000)
  const { shareRequests = allowsSharedRequests() } = own
  return { ...numbers, shareRequests, signature, store, onIsolated, now }
}

/** @throws {AuthConfigurationError} for anything else that is given, such as the AbortController */
function assertSignal(argument: string, value: AbortSignal | undefined): void {
  const isSignal = typeof value?.addEventListener === 'function' && typeof value.aborted === 'boolean'
  const kind = typeof (value as unknown) === 'string' ? 'a string' : describeValue(value)
  if (value !== undefined && !isSignal)
    // The value itself may be a token.
    throw new AuthConfigurationError(argument, `must be an AbortSignal, not ${kind}`)
}

const verifyTokenNames: OptionNames<VerifyTokenOptions> = { signal: true, timeoutMs: true }

/**
 * @throws {AuthConfigurationError} when an option is unknown or out of range
 * @throws the reason of the signal, when it is aborted already
 */
export function assertVerifyTokenOptions(options: VerifyTokenOptions): void {
  const { signal, timeoutMs } = readOptions('verifyToken', options, verifyTokenNames)
  if (timeoutMs !== undefined) assertRange('timeoutMs', timeoutMs, 1, 2_147_483_647)
  assertSignal('signal', signal)
  signal?.throwIfAborted()
}

/** How often an open connection may be checked, in milliseconds. */
export const checkEveryRange: readonly [number, number] = [1, 86_400_000]

const signalNames: OptionNames<SignalOptions> = { checkEveryMs: true, until: true }

/** @throws {AuthConfigurationError} when an option is unknown or cannot be used */
export function readSignalOptions(
  options: SignalOptions,
  revocationWindowMs: number,
): { readonly checkEveryMs: number; readonly until: AbortSignal | undefined } {
  const { checkEveryMs = revocationWindowMs, until } = readOptions('signalFor', options, signalNames)
  assertRange('checkEveryMs', checkEveryMs, ...checkEveryRange)
  assertSignal('until', until)
  return { checkEveryMs, until }
}
