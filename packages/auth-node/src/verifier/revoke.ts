import {
  assertArgument,
  assertRange,
  type AuthClient,
  AuthConfigurationError,
  type AuthError,
  isAuthError,
  isBearerToken,
  type OptionNames,
  readOptions,
  type RequestOptions,
  type RevokeTokenResult,
  type TokenMethod,
} from '@tokenward/auth-core'
import type { AwaitingFleet, VerifierRevocation } from '../fleet/awaiting-fleet.ts'
import { noteCutOff } from '../fleet/process-cut-offs.ts'
import type { RevocationStore } from '../fleet/revocation-store.ts'
import type { SharedState } from '../fleet/shared-state.ts'
import type { Clock } from '../memory/clock.ts'
import type { ServiceClock } from '../memory/service-clock.ts'
import type { TokenKey } from '../memory/token-key.ts'
import type { VerifierState } from './ask-service.ts'
import type { KnownRevocations } from './known-revocations.ts'
import type { RevokeSubjectOptions, SubjectRevocationResult, TokenVerifier } from './token-verifier.ts'

const subjectNames: OptionNames<RevokeSubjectOptions> = {
  issuedBefore: true,
  tokens: true,
  signal: true,
  timeoutMs: [1],
  keepalive: 'boolean',
}

/** The parts of a verifier that a revocation goes through. */
export interface RevokeParts {
  readonly auth: AuthClient
  readonly clock: Clock
  readonly serviceClock: ServiceClock
  readonly keyOf: TokenKey
  readonly known: KnownRevocations
  readonly awaitingFleet: AwaitingFleet
  readonly sharedState: SharedState | undefined
  readonly state: VerifierState
  readonly store: RevocationStore | undefined
  readonly cutOffMs: number
  /** Drops what is remembered of a token. */
  readonly forget: (key: string) => void
  /** Settles once every revocation heard of so far is remembered. */
  readonly pendingTombstones: () => Promise<unknown> | undefined
}

export function createRevoke(
  parts: RevokeParts,
): Pick<TokenVerifier, 'revoke' | 'revokeAndVerify' | 'revokeSubject'> {
  const { auth, awaitingFleet, clock, forget, keyOf, known, sharedState, state } = parts

  async function revokeWith(
    method: TokenMethod<RevokeTokenResult>,
    token: string,
    request: RequestOptions | undefined,
  ): Promise<VerifierRevocation> {
    // The client throws for it without a request, so no answer in memory is affected.
    if (!isBearerToken(token)) return method(token, request)
    const key = await keyOf(token)
    forget(key)
    try {
      return await awaitingFleet.run(key, async () => {
        const result = await method(token, request)
        await parts.pendingTombstones()
        return result
      })
    } catch (error) {
      // The revocation may have succeeded, so drop every answer still in flight.
      state.failedRevocations += 1
      forget(key)
      await sharedState?.distrustShared(key)
      throw error
    }
  }

  /** @throws the reason of the caller's signal; the client's errors are the outcome */
  async function revokeOne(
    token: string,
    request: RequestOptions,
  ): Promise<SubjectRevocationResult['tokens'][number]> {
    try {
      const { outcome } = await revokeWith(auth.revokeToken, token, request)
      return { outcome }
    } catch (error) {
      if (!isAuthError(error)) throw error
      return { outcome: 'failed', error: error satisfies AuthError }
    }
  }

  return {
    revoke: (token, request) => revokeWith(auth.revokeToken, token, request),
    revokeAndVerify: (token, request) => revokeWith(auth.revokeAndVerifyToken, token, request),
    async revokeSubject(sub, options = {}) {
      const own = readOptions('revokeSubject', options, subjectNames)
      const { issuedBefore = Math.ceil(parts.serviceClock.now()), tokens = [], ...request } = own
      assertArgument('sub', typeof sub === 'string' && sub !== '', 'must be the user id, a text')
      // UTF-8 has no form for it: a store would hand the fleet the id of another user.
      assertArgument('sub', !/\p{Cs}/u.test(sub), 'must be text without half a surrogate pair')
      assertRange('issuedBefore', issuedBefore, 0, 8.64e15)
      // As milliseconds, it would be of the years 1970 to 1973, and would end no session.
      const isInSeconds = issuedBefore > 1e8 && issuedBefore < 1e11
      assertArgument('issuedBefore', !isInSeconds, 'must be in milliseconds since the epoch, not in seconds')
      const isSignal = request.signal === undefined || typeof request.signal?.throwIfAborted === 'function'
      assertArgument('signal', isSignal, 'must be an AbortSignal')
      if (!Array.isArray(tokens) || !tokens.every((token) => isBearerToken(token)))
        throw new AuthConfigurationError('tokens', 'must be a list of bearer tokens')
      if (parts.store && !parts.store.publishCutOff)
        throw new AuthConfigurationError(
          'store',
          'must have publishCutOff: without it, the fleet hears of no cut-off',
        )
      request.signal?.throwIfAborted()
      const until = Math.max(clock.now(), issuedBefore) + parts.cutOffMs
      const cutOff = { service: auth.serviceUrl, sub, issuedBefore, until }
      // Here before the network is asked.
      known.learnCutOff(cutOff, 'process')
      noteCutOff(cutOff)
      const [shared, ...outcomes] = await Promise.all([
        sharedState?.publishCutOff(cutOff),
        ...tokens.map((token) => revokeOne(token, request)),
      ])
      return { sub, issuedBefore, ...(shared !== undefined && { shared }), tokens: outcomes }
    },
  }
}
