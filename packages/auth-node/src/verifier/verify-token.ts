import { type AuthClient, type InactiveToken, readTokenExpiry, readTokenIssuedAt } from '@tokenward/auth-core'
import type { SharedState } from '../fleet/shared-state.ts'
import type { Clock } from '../memory/clock.ts'
import type { ServiceClock } from '../memory/service-clock.ts'
import type { TokenCache } from '../memory/token-cache.ts'
import type { AskService, Question } from './ask-service.ts'
import type { EventLog } from './events.ts'
import { isCanonicalToken } from './is-canonical-token.ts'
import type { KnownRevocations } from './known-revocations.ts'
import { assertVerifyTokenOptions } from './options.ts'
import type { SingleFlight } from './single-flight.ts'
import type { TokenSignature } from './token-signature.ts'
import type { ForgedToken, TokenVerdict, VerifiedToken } from './token-verdict.ts'
import type { VerifyTokenOptions } from './token-verifier.ts'

export const rejected: InactiveToken = Object.freeze({ active: false, reason: 'rejected' })
const malformed: InactiveToken = Object.freeze({ active: false, reason: 'malformed' })
const forged: ForgedToken = Object.freeze({ active: false, reason: 'forged' })
const expired: InactiveToken = Object.freeze({ active: false, reason: 'expired' })

/** The options of a check that was given none. Nothing in them needs to be checked. */
export const noWait: VerifyTokenOptions = Object.freeze({})

/** The parts of a verifier that decide about a token. */
export interface VerifyParts {
  readonly auth: AuthClient
  readonly clock: Clock
  readonly cache: TokenCache
  readonly known: KnownRevocations
  readonly flights: SingleFlight<TokenVerdict>
  readonly askService: AskService
  readonly sharedState: SharedState | undefined
  readonly events: EventLog
  readonly serviceClock: ServiceClock
  readonly signature: TokenSignature | undefined
  readonly revocationWindowMs: number
  readonly onIsolated: 'serve' | 'ask'
  /** Settles once every revocation heard of so far is remembered. */
  readonly pendingTombstones: () => Promise<unknown> | undefined
}

/** How a verifier decides. */
export interface Verify {
  /** What memory knows, without asking. */
  readonly findInMemory: (key: string) => VerifiedToken | undefined
  /**
   * Decides about a token that memory does not know, or knows for too long.
   *
   * @param maxAgeMs how old an answer may be that another process has learned
   */
  readonly decide: (
    key: string,
    token: string,
    options: VerifyTokenOptions,
    checkEveryMs?: number,
  ) => Promise<TokenVerdict>
}

export function createVerify(parts: VerifyParts): Verify {
  const { auth, cache, clock, events, flights, known, sharedState, signature } = parts

  function markIsolated(found: VerifiedToken): VerifiedToken {
    return sharedState?.isIsolated() ? Object.freeze({ ...found, isolated: true }) : found
  }

  function refuse<Refusal extends InactiveToken | ForgedToken>(refusal: Refusal): Refusal {
    events.report('refused', { reason: refusal.reason })
    return refusal
  }

  async function findOutSigned(question: Question, signal: AbortSignal): Promise<TokenVerdict> {
    const signed = await signature?.check(question.token)
    if (signed === 'forged') return forged
    return parts.askService({ ...question, isGenuine: question.isGenuine || signed === 'genuine' }, signal)
  }

  function findOut(question: Question, signal: AbortSignal): Promise<TokenVerdict> {
    // A token that was active before needs no check.
    return signature && !cache.knows(question.key)
      ? findOutSigned(question, signal)
      : parts.askService(question, signal)
  }

  return {
    findInMemory(key) {
      const found = cache.fresh(key)
      if (!found || sharedState?.catchUp() || (parts.onIsolated === 'ask' && sharedState?.isIsolated()))
        return undefined
      events.report('hit')
      return markIsolated(found)
    },
    async decide(key, token, options, checkEveryMs) {
      if (options !== noWait) assertVerifyTokenOptions(options)
      if (!isCanonicalToken(token)) return refuse(malformed)
      const refusal = known.isRevoked(key, token) ? rejected : cache.refusal(key)
      if (refusal) return refuse(refusal)
      // As the client would decide, but by the verifier's clock, and without a flight.
      const expiresAt = readTokenExpiry(token) ?? Infinity
      if (clock.isPast(expiresAt + auth.clockToleranceMs)) return refuse(expired)

      const issuedAt = readTokenIssuedAt(token)
      const maxAgeMs = checkEveryMs ?? parts.revocationWindowMs
      // Tokens of open connections have been active: many that end at once are no flood.
      const question = { key, token, expiresAt, issuedAt, maxAgeMs, isGenuine: checkEveryMs !== undefined }
      // The service knows nothing of cut-offs: only the store does.
      const caughtUp = sharedState?.catchUp()
      const verdict = await flights.run(key, options, (signal) => findOut(question, signal))
      if (!verdict.active) return refuse(verdict)
      parts.serviceClock.noteIssued(issuedAt)
      if (caughtUp) await caughtUp
      const pending = parts.pendingTombstones()
      if (pending) await pending
      // The token may have been revoked since the answer came. From here on, few steps lead to the caller: no more than from where a
      // revocation is noted to where its own caller hears of it, or a token would be called active after its revocation has resolved.
      const isDead = known.isRevoked(key, token) || known.isCutOff(verdict.sub, issuedAt)
      return isDead ? refuse(rejected) : markIsolated(verdict)
    },
  }
}
