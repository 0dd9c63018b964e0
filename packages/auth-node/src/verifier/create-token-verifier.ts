import {
  type AuthClient,
  AuthNetworkError,
  type InactiveToken,
  isAuthError,
  isBearerToken,
  readTokenExpiry,
  type TokenMethod,
  type RequestOptions,
  type RevokeTokenResult,
} from '@tokenward/auth-core'
import { createAnswerMemory, dateAnswer } from '../memory/token-cache.ts'
import { createFleet } from '../fleet/shared-state.ts'
import type { VerifyTokenOptions } from './flight.ts'
import { createFlights } from './single-flight.ts'
import { createRefusalLimit } from './flood-limit.ts'
import { createRevoking } from '../fleet/awaiting-fleet.ts'
import { createTokenKey } from '../memory/token-key.ts'
import type { TokenVerdict, TokenVerifier, VerifiedToken, VerifierRevocation } from './token-verifier.ts'
import { createTombstones, tombstoneEnd } from '../memory/tombstones.ts'
import { createEventLog } from './events.ts'
import { assertRange, readVerifierOptions, type TokenVerifierOptions } from './options.ts'
import { onTokenRevokedWeakly } from './weak-listener.ts'

const malformed: InactiveToken = Object.freeze({ active: false, reason: 'malformed' })
const rejected: InactiveToken = Object.freeze({ active: false, reason: 'rejected' })
const expired: InactiveToken = Object.freeze({ active: false, reason: 'expired' })

/**
 * Creates a verifier: a bounded memory of the service's answers in front of a client. Nothing is sent before its first method is
 * called, and no timer is kept.
 *
 * @param auth the client that is asked; its `clientId` becomes the verifier's
 * @throws {AuthConfigurationError} when an option cannot be used; its `argument` names the option
 */
export function createTokenVerifier(auth: AuthClient, options: TokenVerifierOptions = {}): TokenVerifier {
  const settings = readVerifierOptions(options)
  const { now } = settings
  const keyOf = createTokenKey()
  const memory = createAnswerMemory(settings)
  const tombstones = createTombstones(settings.maxTombstones, now)
  const limit = createRefusalLimit(settings.maxRefusalsPerSecond, now)
  const { counts, report } = createEventLog(auth.clientId)
  const flights = createFlights<TokenVerdict>(settings, () => report('coalesced'))
  const revoking = createRevoking()
  let failedRevocations = 0
  let isClosed = false
  // Where keys are promises: the revocations whose key is still being made.
  let burials: Promise<unknown> | undefined

  function forget(key: string): void {
    memory.forget(key)
    flights.forget(key)
  }

  function bury(key: string, until: number): void {
    tombstones.add(key, until)
    forget(key)
  }

  const fleet = createFleet(settings, auth.clientId, bury)

  function onRevoked(key: string, token: string): void {
    const until = tombstoneEnd(token, now(), settings.tombstoneMs)
    bury(key, until)
    if (fleet) revoking.onTelling(key, fleet.tell(key, until))
  }

  const stopListening = onTokenRevokedWeakly((token) => {
    const key = keyOf(token)
    if (typeof key === 'string') onRevoked(key, token)
    else burials = Promise.all([burials, key.then((made) => onRevoked(made, token))]).then(() => undefined)
  })

  function mark(found: VerifiedToken): VerifiedToken {
    return fleet?.isIsolated() ? Object.freeze({ ...found, isolated: true }) : found
  }

  function find(key: string | Promise<string>): VerifiedToken | undefined {
    const found = typeof key === 'string' ? memory.fresh(key) : undefined
    if (!found || (settings.onIsolated === 'ask' && fleet?.isIsolated())) return undefined
    report('hit')
    return mark(found)
  }

  function refuse(refusal: InactiveToken): InactiveToken {
    report('refused', { reason: refusal.reason })
    return refusal
  }

  async function askService(token: string, signal: AbortSignal): Promise<TokenVerdict> {
    const startedAt = performance.now()
    const { data, response } = await auth.withResponse.verifyToken(token, { signal })
    if (response) report('miss', { upstreamMs: performance.now() - startedAt, requestId: response.requestId })
    return data
  }

  async function ask(key: string, token: string, signal: AbortSignal): Promise<TokenVerdict> {
    const at = now()
    const failedBefore = failedRevocations
    const isCurrent = (): boolean => failedRevocations === failedBefore && !isClosed && !tombstones.has(key)
    const shared = fleet && (await fleet.recall(key, token, signal))
    if (shared && isCurrent()) {
      memory.keep(key, shared)
      return shared.result
    }
    const isNew = !memory.knows(key)
    if (isNew && !limit.allows()) throw new AuthNetworkError('verifyToken', 'TOO_MANY_REFUSALS')
    const verdict = await askService(token, signal)
    if (!verdict.active) {
      if (verdict.reason === 'rejected') limit.count()
      if (!isClosed) memory.refuse(key, verdict)
      if (fleet) await fleet.share(key, undefined)
      return verdict
    }
    if (isNew) limit.countLive()
    const answer = dateAnswer(token, verdict, at, settings)
    if (fleet && isCurrent()) await fleet.share(key, answer)
    // The last look and the write are one step: nothing can be revoked between them.
    if (isCurrent()) memory.keep(key, answer)
    else await fleet?.share(key, undefined)
    return answer.result
  }

  /** Asks, or falls back on the last answer where that is allowed. */
  async function askOrRecall(key: string, token: string, signal: AbortSignal): Promise<TokenVerdict> {
    const startedAt = performance.now()
    try {
      return await ask(key, token, signal)
    } catch (error) {
      await fleet?.share(key, undefined)
      if (signal.aborted || !isAuthError(error) || error.code === 'configuration') throw error
      const requestId = 'requestId' in error ? error.requestId : undefined
      report('unavailable', { upstreamMs: performance.now() - startedAt, requestId, reason: error.code })
      const last = tombstones.has(key) ? undefined : memory.stale(key)
      if (!last) throw error
      report('stale')
      return Object.freeze({ ...last, stale: true })
    }
  }

  async function verifyToken(token: string, wait: VerifyTokenOptions = {}): Promise<TokenVerdict> {
    // Not ours to judge, and not to be hashed: the platform's error would quote it.
    if (typeof token !== 'string') return auth.verifyToken(token)
    if (wait.timeoutMs !== undefined) assertRange('timeoutMs', wait.timeoutMs, 1, 2_147_483_647)
    wait.signal?.throwIfAborted()
    const key = keyOf(token)
    // On its own, so that a hit pays for no more than this.
    return find(key) ?? check(key, token, wait)
  }

  async function check(
    made: string | Promise<string>,
    token: string,
    wait: VerifyTokenOptions,
  ): Promise<TokenVerdict> {
    const key = await made
    if (burials) await burials
    wait.signal?.throwIfAborted()
    const found = find(key)
    if (found) return found
    if (!isBearerToken(token)) return refuse(malformed)
    const refusal = tombstones.has(key) ? rejected : memory.refusal(key)
    if (refusal) return refuse(refusal)
    // As the client would say, without a flight.
    const expiry = readTokenExpiry(token)
    if (expiry !== undefined && expiry + auth.clockToleranceMs <= Date.now()) return refuse(expired)

    const verdict = await flights.board(key, wait, (signal) => askOrRecall(key, token, signal))
    if (!verdict.active) return refuse(verdict)
    if (burials) await burials
    // It may have been revoked after the landing.
    return tombstones.has(key) ? refuse(rejected) : mark(verdict)
  }

  async function end(
    method: TokenMethod<RevokeTokenResult>,
    token: string,
    request: RequestOptions | undefined,
  ): Promise<VerifierRevocation> {
    // Nothing is sent, so that nothing else may be lost over it.
    if (!isBearerToken(token)) return method(token, request)
    const key = await keyOf(token)
    forget(key)
    try {
      return await revoking.run(key, async () => {
        const result = await method(token, request)
        await burials
        return result
      })
    } catch (error) {
      // It may have reached the service all the same, so that answers on their way are worth nothing.
      failedRevocations += 1
      forget(key)
      await fleet?.doubt(key)
      throw error
    }
  }

  return {
    clientId: auth.clientId,
    verifyToken,
    peek: (token) => (typeof token === 'string' ? find(keyOf(token)) : undefined),
    revoke: (token, request) => end(auth.revokeToken, token, request),
    revokeAndVerify: (token, request) => end(auth.revokeAndVerifyToken, token, request),
    stats: () => ({
      ...counts,
      ...memory.sizes(),
      tombstones: tombstones.size(),
      inFlight: flights.size(),
      isIsolated: fleet?.isIsolated() ?? false,
    }),
    async close() {
      isClosed = true
      stopListening()
      memory.clear()
      flights.clear()
      await fleet?.close()
    },
  }
}
