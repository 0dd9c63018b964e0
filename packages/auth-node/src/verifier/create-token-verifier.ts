import { type AuthClient, AuthConfigurationError, onTokenRevoked } from '@tokenward/auth-core'
import { createAwaitingFleet } from '../fleet/awaiting-fleet.ts'
import { cutOffsHere, onCutOffHere } from '../fleet/process-cut-offs.ts'
import { createSharedState } from '../fleet/shared-state.ts'
import { createClock } from '../memory/clock.ts'
import { createTokenCache } from '../memory/token-cache.ts'
import { createServiceClock } from '../memory/service-clock.ts'
import { createTokenKey } from '../memory/token-key.ts'
import { subjectOf } from '../memory/token-subject.ts'
import { tombstoneEnd } from '../memory/tombstones.ts'
import { createAskService, type VerifierState } from './ask-service.ts'
import { createEventLog } from './events.ts'
import { createKnownRevocations, type KnownRevocations } from './known-revocations.ts'
import { assertVerifyTokenOptions, readVerifierOptions, type TokenVerifierOptions } from './options.ts'
import { createRevocationFeed } from './revocation-feed.ts'
import { createRevoke } from './revoke.ts'
import { createSignalFor } from './signal-for.ts'
import { createSingleFlight } from './single-flight.ts'
import type { TokenVerdict, VerifiedToken } from './token-verdict.ts'
import type { TokenVerifier, VerifyTokenOptions } from './token-verifier.ts'
import { createVerifyTracing } from './trace-verify.ts'
import { createVerify, noWait } from './verify-token.ts'
import { createWatchedTokens } from './watched-tokens.ts'
import { listenWeakly } from './weak-listener.ts'

/**
 * Creates a verifier: a bounded memory of the service's answers in front of a client. Nothing is sent before its first method is
 * called. One timer is kept while connections are watched, and does not keep the process alive.
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
  const serviceUrl = (): string => auth.serviceUrl
  const clock = createClock(settings.now)
  const serviceClock = createServiceClock(clock.now)
  const keyOf = createTokenKey()
  const isCutOff: KnownRevocations['isCutOff'] = (sub, issuedAt) => known.isCutOff(sub, issuedAt)
  const cache = createTokenCache(settings, clock, isCutOff)
  const events = createEventLog(clientId)
  const tracing = createVerifyTracing(clientId)
  const feed = createRevocationFeed(clientId)
  const flights = createSingleFlight<TokenVerdict>(settings, clock, () => events.report('coalesced'))
  const awaitingFleet = createAwaitingFleet()
  const state: VerifierState = { failedRevocations: 0, isClosed: false }
  // Resolves once every revocation heard of so far is remembered. Set only where `keyOf` returns promises, which takes a moment.
  let tombstonesToCome: Promise<unknown> | undefined
  const pendingTombstones = (): Promise<unknown> | undefined => tombstonesToCome

  const watched = createWatchedTokens({
    clock,
    clockToleranceMs: auth.clockToleranceMs,
    ageOf: cache.ageOf,
    subjectOf: cache.subjectOf,
    look: async ({ token, checkEveryMs }) => verify.decide(await keyOf(token), token, noWait, checkEveryMs),
  })

  function forget(key: string): void {
    cache.forget(key)
    flights.forget(key)
  }

  const known = createKnownRevocations(settings, clock, {
    serviceUrl,
    forget,
    subjectOf: cache.subjectOf,
    wasActive: (key) => cache.knows(key) || watched.has(key),
    endConnections: watched.end,
    endConnectionsOf: (sub, isDead) =>
      watched.endAll('revoked', ({ sub: user, token }) => user === sub && isDead(token)),
    report: feed.report,
  })
  for (const cutOff of cutOffsHere()) known.recallCutOff(cutOff)

  const sharedState =
    settings.store &&
    createSharedState(settings.store, { ...settings, clientId, serviceUrl }, clock, {
      onRevoked: (key, until) => known.learnRevoked(key, until, 'fleet'),
      onCutOff: (cutOff) => void known.learnCutOff(cutOff, 'fleet'),
    })
  const parts = { ...settings, auth, cache, clock, serviceClock, events, known, sharedState, state }
  const askService = createAskService(parts)
  const verify = createVerify({ ...parts, flights, askService, pendingTombstones })
  const revocations = createRevoke({ ...parts, keyOf, awaitingFleet, forget, pendingTombstones })
  const { clockToleranceMs } = auth
  const signalFor = createSignalFor({ ...parts, keyOf, watched, clockToleranceMs, pendingTombstones })

  function onRevokedHere(key: string, token: string): void {
    const until = tombstoneEnd(token, clock.now(), settings.tombstoneMs)
    known.learnRevoked(key, until, 'process', subjectOf(token))
    if (sharedState) awaitingFleet.onPublishing(key, sharedState.publishRevocation(key, until))
  }

  const stopListening = listenWeakly(onTokenRevoked, (token) => {
    const key = keyOf(token)
    if (typeof key === 'string') onRevokedHere(key, token)
    else {
      const earlier = tombstonesToCome
      // Where no key can be made of a token, none can be made to ask about it either.
      const noted = key.then((made) => onRevokedHere(made, token)).catch(() => undefined)
      tombstonesToCome = noted.then(() => earlier)
    }
  })
  const stopListeningToCutOffs = listenWeakly(onCutOffHere, (cutOff) => {
    if (known.learnCutOff(cutOff, 'process')) void sharedState?.publishCutOff(cutOff)
  })

  const findAtOnce = (key: string | Promise<string>): VerifiedToken | undefined =>
    typeof key === 'string' ? verify.findInMemory(key) : undefined

  /** Waits for the key, and searches memory, which could not be searched before. */
  async function verifyWithLateKey(
    madeKey: Promise<string>,
    token: string,
    verifyOptions: VerifyTokenOptions,
  ): Promise<TokenVerdict> {
    assertVerifyTokenOptions(verifyOptions)
    const key = await madeKey
    await tombstonesToCome
    verifyOptions.signal?.throwIfAborted()
    return verify.findInMemory(key) ?? verify.decide(key, token, verifyOptions)
  }

  function peekOrVerify(
    token: string,
    verifyOptions: VerifyTokenOptions = noWait,
  ): VerifiedToken | Promise<TokenVerdict> {
    // The client throws for it. It must not be hashed: the platform's error would quote it.
    if (typeof token !== 'string') return auth.verifyToken(token)
    // The names of options are read on a miss only, which takes as long as all the rest of a hit.
    if (typeof verifyOptions !== 'object' || (verifyOptions as unknown) === null)
      assertVerifyTokenOptions(verifyOptions)
    const key = keyOf(token)
    const found = findAtOnce(key)
    const isTraced = tracing?.isTraced()
    if (found && !isTraced) return found
    const ask = (): Promise<TokenVerdict> =>
      typeof key === 'string'
        ? verify.decide(key, token, verifyOptions)
        : verifyWithLateKey(key, token, verifyOptions)
    return tracing && isTraced ? tracing.trace(found, ask) : ask()
  }

  return {
    get clientId() {
      return auth.clientId
    },
    async verifyToken(token, verifyOptions) {
      if (verifyOptions !== undefined) assertVerifyTokenOptions(verifyOptions)
      const verdict = peekOrVerify(token, verifyOptions)
      return 'then' in verdict ? await verdict : verdict
    },
    peek(token) {
      return typeof token === 'string' ? findAtOnce(keyOf(token)) : undefined
    },
    peekOrVerify,
    ...revocations,
    signalFor,
    onRevoked: feed.listen,
    stats: () => ({
      ...events.counts,
      ...cache.sizes(),
      tombstones: known.size(),
      watched: watched.size(),
      inFlight: flights.size(),
      isIsolated: sharedState?.isIsolated() ?? false,
    }),
    async close() {
      state.isClosed = true
      stopListening()
      stopListeningToCutOffs()
      watched.endAll('closed', () => true)
      feed.clear()
      cache.clear()
      flights.clear()
      await sharedState?.close()
    },
  }
}
