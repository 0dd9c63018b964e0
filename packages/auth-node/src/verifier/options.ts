import { AuthConfigurationError } from '@tokenward/auth-core'
import type { RevocationStore } from '../fleet/revocation-store.ts'

/** Options of `createTokenVerifier`. */
export interface TokenVerifierOptions {
  /**
   * How long an answer of the service is believed, in milliseconds; 1 to 86,400,000. A token that is revoked where this process cannot
   * see it is let in for as long at most. Never past the token's own expiry. @default 30_000
   */
  readonly revocationWindowMs?: number | undefined
  /** How many live tokens are remembered; beyond it the least recently used go. 2 to 10,000,000. @default 10_000 */
  readonly maxEntries?: number | undefined
  /** How long a refusal of the service is believed, in milliseconds; 0 to 86,400,000. @default 5_000 */
  readonly refusalWindowMs?: number | undefined
  /** How many refused tokens are remembered, apart from the live ones. 2 to 10,000,000. @default 10_000 */
  readonly maxRefusals?: number | undefined
  /**
   * How many refusals of the service in one second mean a flood of made-up tokens. For the rest of that second, tokens not seen before
   * are not asked about: `AuthNetworkError` with the reason `TOO_MANY_REFUSALS`; as long as it goes on, no more than so many are asked
   * about in each second. 1 or more. @default 100
   */
  readonly maxRefusalsPerSecond?: number | undefined
  /** How long a revocation is remembered when the token names no expiry, in milliseconds; 1 to 31,536,000,000. @default 86_400_000 */
  readonly tombstoneMs?: number | undefined
  /** How many revocations are remembered; beyond it the oldest go. 1 or more. @default 1_000_000 */
  readonly maxTombstones?: number | undefined
  /**
   * What happens to a token whose answer is too old while the service gives none. `'deny'` throws the error. `serveStaleForMs` lets it
   * in for so many milliseconds from its last active answer, marked `stale`; never when it is revoked or expired. @default 'deny'
   */
  readonly onUnavailable?: 'deny' | { readonly serveStaleForMs: number } | undefined
  /** Whether concurrent checks of one token share a request. `false` for runtimes that forbid it, such as Workers. @default true */
  readonly shareRequests?: boolean | undefined
  /** Shares revocations with a fleet. @default none: revocations of other processes are seen within `revocationWindowMs` */
  readonly store?: RevocationStore | undefined
  /**
   * What happens to remembered answers while the store is away, and a revocation elsewhere may be missed. `'serve'` believes them for
   * `revocationWindowMs` as ever, marked `isolated`; `'ask'` asks the service each time. @default 'serve'
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
  readonly tombstoneMs: number
  readonly maxTombstones: number
  readonly serveStaleForMs: number
  readonly shareRequests: boolean
  readonly store: RevocationStore | undefined
  readonly onIsolated: 'serve' | 'ask'
  readonly now: () => number
}

/** @throws {AuthConfigurationError} when the value is not from `least` to `most` */
export function assertRange(argument: string, value: number, least: number, most: number): void {
  if (!(typeof value === 'number' && value >= least && value <= most))
    throw new AuthConfigurationError(argument, `must be from ${least} to ${most}`)
}

/** @throws {AuthConfigurationError} for the first option that cannot be used */
export function readVerifierOptions(options: TokenVerifierOptions): VerifierSettings {
  const { onUnavailable = 'deny', onIsolated = 'serve' } = options
  const serveStaleForMs = onUnavailable === 'deny' ? 0 : onUnavailable?.serveStaleForMs
  if (onIsolated !== 'serve' && onIsolated !== 'ask')
    throw new AuthConfigurationError('onIsolated', "must be 'serve' or 'ask'")
  const numbers = {
    revocationWindowMs: options.revocationWindowMs ?? 30_000,
    maxEntries: options.maxEntries ?? 10_000,
    refusalWindowMs: options.refusalWindowMs ?? 5_000,
    maxRefusals: options.maxRefusals ?? 10_000,
    maxRefusalsPerSecond: options.maxRefusalsPerSecond ?? 100,
    tombstoneMs: options.tombstoneMs ?? 86_400_000,
    maxTombstones: options.maxTombstones ?? 1_000_000,
  }
  assertRange('revocationWindowMs', numbers.revocationWindowMs, 1, 86_400_000)
  assertRange('maxEntries', numbers.maxEntries, 2, 10_000_000)
  assertRange('refusalWindowMs', numbers.refusalWindowMs, 0, 86_400_000)
  assertRange('maxRefusals', numbers.maxRefusals, 2, 10_000_000)
  assertRange('maxRefusalsPerSecond', numbers.maxRefusalsPerSecond, 1, Infinity)
  assertRange('tombstoneMs', numbers.tombstoneMs, 1, 31_536_000_000)
  assertRange('maxTombstones', numbers.maxTombstones, 1, Infinity)
  assertRange('onUnavailable', serveStaleForMs, 0, 31_536_000_000)
  const { shareRequests = true, store, now = Date.now } = options
  return { ...numbers, serveStaleForMs, shareRequests, store, onIsolated, now }
}
