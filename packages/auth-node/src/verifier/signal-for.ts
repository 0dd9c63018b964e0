import {
  assertArgument,
  AuthTokenEndedError,
  readTokenExpiry,
  readTokenIssuedAt,
  type TokenEndedReason,
} from '@tokenward/auth-core'
import type { Clock } from '../memory/clock.ts'
import type { TokenCache } from '../memory/token-cache.ts'
import type { TokenKey } from '../memory/token-key.ts'
import { subjectOf } from '../memory/token-subject.ts'
import type { VerifierState } from './ask-service.ts'
import { isCanonicalToken } from './is-canonical-token.ts'
import type { KnownRevocations } from './known-revocations.ts'
import { readSignalOptions } from './options.ts'
import type { TokenVerifier } from './token-verifier.ts'
import type { WatchedTokens } from './watched-tokens.ts'

/** The parts of a verifier that the signals of open connections need. */
export interface SignalForParts {
  readonly clock: Clock
  readonly clockToleranceMs: number
  readonly cache: TokenCache
  readonly known: KnownRevocations
  readonly keyOf: TokenKey
  readonly state: VerifierState
  readonly watched: WatchedTokens
  readonly revocationWindowMs: number
  /** Settles once every revocation heard of so far is remembered. */
  readonly pendingTombstones: () => Promise<unknown> | undefined
}

export function createSignalFor(parts: SignalForParts): TokenVerifier['signalFor'] {
  const { cache, clock, clockToleranceMs, known, state, watched } = parts

  /** What this process knows to have ended the token; `key` is `undefined` while it is being made. */
  function findEnd(key: string | undefined, token: string): TokenEndedReason | undefined {
    if (state.isClosed) return 'closed'
    if (!isCanonicalToken(token)) return 'malformed'
    if (clock.isPast((readTokenExpiry(token) ?? Infinity) + clockToleranceMs)) return 'expired'
    if (key === undefined) return undefined
    if (known.isRevoked(key, token)) return 'revoked'
    const sub = cache.subjectOf(key)
    if (sub !== undefined && known.isCutOff(sub, readTokenIssuedAt(token))) return 'revoked'
    return cache.refusal(key)?.reason
  }

  return (token, options = {}) => {
    const settings = readSignalOptions(options, parts.revocationWindowMs)
    assertArgument('token', typeof token === 'string', 'must be a string')
    const made = parts.keyOf(token)
    const key = typeof made === 'string' ? made : undefined
    const end = findEnd(key, token)
    if (end) return AbortSignal.abort(new AuthTokenEndedError(end))
    const sub = key === undefined ? undefined : cache.subjectOf(key)
    const watch = watched.watch(key, token, sub ?? subjectOf(token), settings)
    async function setKey(late: string): Promise<void> {
      await parts.pendingTombstones()
      watched.setKey(watch, late)
      const lateEnd = findEnd(late, token)
      if (lateEnd) watched.end(late, lateEnd)
    }
    if (typeof made !== 'string') void made.then(setKey)
    return watch.controller.signal
  }
}
