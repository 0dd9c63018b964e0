import {
  type AuthClient,
  AuthConfigurationError,
  type InactiveToken,
  isBearerToken,
  readTokenExpiry,
  type RequestOptions,
  type RevokeTokenResult,
  type TokenMethod,
  wasTokenRevoked,
} from '@tokenward/auth-core'
import { createAwaitingFleet, type VerifierRevocation } from '../fleet/awaiting-fleet.ts'
import { createSharedState } from '../fleet/shared-state.ts'
import { createClock } from '../memory/clock.ts'
import { createTokenCache } from '../memory/token-cache.ts'
import { createTokenKey } from '../memory/token-key.ts'
import { createTombstones, marginMs, tombstoneEnd } from '../memory/tombstones.ts'
import { createAskService, type VerifierState } from './ask-service.ts'
import { createEventLog } from './events.ts'
import { assertVerifyTokenOptions, readVerifierOptions, type TokenVerifierOptions } from './options.ts'
import { createSingleFlight } from './single-flight.ts'
import type {
  ForgedToken,
  TokenVerdict,
  TokenVerifier,
  VerifiedToken,
  VerifyTokenOptions,
} from './token-verifier.ts'
import { onTokenRevokedWeakly } from './weak-listener.ts'

const malformed: InactiveToken = Object.freeze({ active: false, reason: 'malformed' })
const rejected: InactiveToken = Object.freeze({ active: false, reason: 'rejected' })
const forged: ForgedToken = Object.freeze({ active: false, reason: 'forged' })
const expired: InactiveToken = Object.freeze({ active: false, reason: 'expired' })

/**
 * Creates a verifier: a bounded memory of the service's answers in front of a client. Nothing is sent before its first method is
 * called, and no timer is kept.
 *
 * @param auth the client that is asked; its `clientId` becomes the verifier's
 * @param options how long and how much is remembered; all have a default
 * @returns the verifier, which guards and handlers of a whole process share
 * @throws {AuthConfigurationError} when an option cannot be used; its `argument` names the option
 * @example
 * ```ts
 * const auth = createAuthClient({ env: 'my-env' })
 * const verifier = createTokenVerifier(auth, { revocationWindowMs: 30_000 })
 * const verdict = await verifier.verifyToken(token)
 * ```
 */
export function createTokenVerifier(auth: AuthClient, options: TokenVerifierOptions = {}): TokenVerifier {
  const settings = readVerifierOptions(options)
  if (typeof (auth as Partial<AuthClient> | undefined)?.withResponse?.verifyToken !== 'function')
    throw new AuthConfigurationError('auth', 'must be a client that createAuthClient has made')
  const clientId = (): string | undefined => auth.clientId
  const clock = createClock(settings.now)
  const keyOf = createTokenKey()
  const cache = createTokenCache(settings, clock)
  const tombstones = createTombstones(settings.maxTombstones, clock.now)
  const events = createEventLog(clientId)
  const flights = createSingleFlight<TokenVerdict>(settings, clock, () => events.report('coalesced'))
  const awaitingFleet = createAwaitingFleet()
  const state: VerifierState = { failedRevocations: 0, isClosed: false }
  // Resolves once every revocation heard of so far is remembered. Set only where `keyOf` returns promises, which takes a moment.
  let pendingTombstones: Promise<unknown> | undefined

  function forget(key: string): void {
    cache.forget(key)
    flights.forget(key)
  }

  function markRevoked(key: string, until: number): void {
    // At least until no answer from before can be believed any more, in this process or from the fleet.
    tombstones.add(key, Math.max(until || 0, clock.now() + settings.revocationWindowMs + marginMs))
    forget(key)
  }

  const sharedState =
    settings.store && createSharedState(settings.store, { ...settings, clientId }, clock, markRevoked)
  const { maxRefusalsPerSecond } = settings
  const askService = createAskService({
    auth,
    cache,
    clock,
    events,
    maxRefusalsPerSecond,
    sharedState,
    state,
    tombstones,
  })

  function onRevokedHere(key: string, token: string): void {
    const until = tombstoneEnd(token, clock.now(), settings.tombstoneMs)
    markRevoked(key, until)
    if (sharedState) awaitingFleet.onPublishing(key, sharedState.publishRevocation(key, until))
  }

  const stopListening = onTokenRevokedWeakly((token) => {
    const key = keyOf(token)
    if (typeof key === 'string') onRevokedHere(key, token)
    else
      pendingTombstones = Promise.all([
        pendingTombstones,
        key.then((made) => onRevokedHere(made, token)),
      ]).then(() => undefined)
  })

  function markIsolated(found: VerifiedToken): VerifiedToken {
    return sharedState?.isIsolated() ? Object.freeze({ ...found, isolated: true }) : found
  }

  function findInMemory(key: string): VerifiedToken | undefined {
    const found = cache.fresh(key)
    if (!found || (settings.onIsolated === 'ask' && sharedState?.isIsolated())) return undefined
    events.report('hit')
    return markIsolated(found)
  }

  function refuse<Refusal extends InactiveToken | ForgedToken>(refusal: Refusal): Refusal {
    events.report('refused', { reason: refusal.reason })
    return refusal
  }

  /**
   * Decides about a token that `peekOrVerify` has not found in memory. Where the key is still a promise, memory could not be searched yet:
   * this function waits for the key and searches memory first.
   */
  async function verifyUnknown(
    madeKey: string | Promise<string>,
    token: string,
    verifyOptions: VerifyTokenOptions,
  ): Promise<TokenVerdict> {
    assertVerifyTokenOptions(verifyOptions)
    let key: string
    if (typeof madeKey === 'string') key = madeKey
    else {
      key = await madeKey
      await pendingTombstones
      verifyOptions.signal?.throwIfAborted()
      const found = findInMemory(key)
      if (found) return found
    }
    if (!isBearerToken(token)) return refuse(malformed)
    // A revocation from before this verifier was made is known to the process all the same.
    const isRevoked = tombstones.has(key) || wasTokenRevoked(token)
    const refusal = isRevoked ? rejected : cache.refusal(key)
    if (refusal) return refuse(refusal)
    // As the client would decide, but by the verifier's clock, and without a flight.
    const expiresAt = readTokenExpiry(token) ?? Infinity
    if (clock.isPast(expiresAt + auth.clockToleranceMs)) return refuse(expired)

    // A token that was active before needs no check.
    const { signature } = settings
    const signed = signature && !cache.knows(key) ? await signature.check(token) : undefined
    if (signed === 'forged') return refuse(forged)
    const question = { key, token, expiresAt, isGenuine: signed === 'genuine' }
    const verdict = await flights.run(key, verifyOptions, (signal) => askService(question, signal))
    if (!verdict.active) return refuse(verdict)
    if (pendingTombstones) await pendingTombstones
    // The token may have been revoked since the answer came.
    return tombstones.has(key) ? refuse(rejected) : markIsolated(verdict)
  }

  function peekOrVerify(
    token: string,
    verifyOptions: VerifyTokenOptions = {},
  ): VerifiedToken | Promise<TokenVerdict> {
    // The client throws for it. It must not be hashed: the platform's error would quote it.
    if (typeof token !== 'string') return auth.verifyToken(token)
    const key = keyOf(token)
    return (typeof key === 'string' && findInMemory(key)) || verifyUnknown(key, token, verifyOptions)
  }

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
        await pendingTombstones
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

  return {
    get clientId() {
      return auth.clientId
    },
    async verifyToken(token, verifyOptions) {
      if (verifyOptions) assertVerifyTokenOptions(verifyOptions)
      return peekOrVerify(token, verifyOptions)
    },
    peek(token) {
      const key = typeof token === 'string' ? keyOf(token) : undefined
      return typeof key === 'string' ? findInMemory(key) : undefined
    },
    peekOrVerify,
    revoke: (token, request) => revokeWith(auth.revokeToken, token, request),
    revokeAndVerify: (token, request) => revokeWith(auth.revokeAndVerifyToken, token, request),
    stats: () => ({
      ...events.counts,
      ...cache.sizes(),
      tombstones: tombstones.size(),
      inFlight: flights.size(),
      isIsolated: sharedState?.isIsolated() ?? false,
    }),
    async close() {
      state.isClosed = true
      stopListening()
      cache.clear()
      flights.clear()
      await sharedState?.close()
    },
  }
}
