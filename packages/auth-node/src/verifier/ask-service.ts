import { type AuthClient, type AuthError, AuthNetworkError, isAuthError } from '@tokenward/auth-core'
import type { SharedState } from '../fleet/shared-state.ts'
import type { Clock } from '../memory/clock.ts'
import { freezeDeeply, type TokenCache } from '../memory/token-cache.ts'
import { allowsSharedRequests } from '../runtime/shared-requests.ts'
import type { EventLog } from './events.ts'
import { createFloodLimit } from './flood-limit.ts'
import type { KnownRevocations } from './known-revocations.ts'
import { createPendingLimit } from './pending-limit.ts'
import type { TokenVerdict } from './token-verdict.ts'

/** A token that memory does not know, with what has been read from it. */
export interface Question {
  readonly token: string
  readonly key: string
  /** The token's own expiry, in milliseconds since the epoch; `Infinity` when it names none. */
  readonly expiresAt: number
  /** When the token was issued, in milliseconds since the epoch; `undefined` when it does not say. */
  readonly issuedAt: number | undefined
  /** How old an answer may be that another process has learned, in milliseconds. */
  readonly maxAgeMs: number
  /** Whether the token is known to be no made-up one: then it is no part of a flood of those. */
  readonly isGenuine: boolean
}

/** What decides whether an answer that has just come may still be remembered. */
export interface VerifierState {
  /** How many revocations have failed, and may have reached the service all the same. */
  failedRevocations: number
  isClosed: boolean
}

/** The parts of a verifier that a question goes through. */
export interface AskServiceParts {
  readonly auth: AuthClient
  readonly clock: Clock
  readonly cache: TokenCache
  readonly known: KnownRevocations
  readonly sharedState: SharedState | undefined
  readonly events: EventLog
  readonly state: VerifierState
  readonly maxRefusalsPerSecond: number
  readonly maxPending: number
}

/** Answers a question by the fleet, by the service, or, in an outage, by the last answer where that is allowed. */
export type AskService = (question: Question, signal: AbortSignal) => Promise<TokenVerdict>

/** Three quarters of the connections: the rest is for users that are known, for revocations, and for tokens of open connections. */
const mostAsked = 192

export function createAskService(parts: AskServiceParts): AskService {
  const { auth, cache, clock, events, known, sharedState, state } = parts
  const floodLimit = createFloodLimit(parts.maxRefusalsPerSecond, clock.now)
  // A request of Workers cannot wait for another one.
  const limitPending = createPendingLimit(parts.maxPending, allowsSharedRequests() ? mostAsked : Infinity)

  async function ask(
    { token, key, expiresAt, issuedAt, maxAgeMs, isGenuine }: Question,
    signal: AbortSignal,
  ): Promise<TokenVerdict> {
    const askedAt = clock.read()
    const failedBefore = state.failedRevocations
    const isCurrent = (sub: string): boolean =>
      state.failedRevocations === failedBefore &&
      !state.isClosed &&
      !known.has(key) &&
      !known.isCutOff(sub, issuedAt)

    const shared = await sharedState?.readShared(key, { expiresAt, issuedAt, maxAgeMs }, signal)
    if (shared && isCurrent(shared.result.sub)) {
      cache.keep(key, shared)
      return shared.result
    }
    const isLimited = !isGenuine && !cache.knows(key)
    if (isLimited && !floodLimit.allows()) throw new AuthNetworkError('verifyToken', 'TOO_MANY_REFUSALS')
    const sentAt = performance.now()
    const send = (): ReturnType<typeof auth.withResponse.verifyToken> =>
      auth.withResponse.verifyToken(token, { signal })
    const { data, response } = await (isLimited ? limitPending(send, signal) : send())
    if (response)
      events.report('miss', { upstreamMs: performance.now() - sentAt, requestId: response.requestId })

    if (!data.active) {
      if (data.reason === 'rejected' && !isGenuine) floodLimit.countRefusal()
      if (data.reason === 'rejected') known.learnRejected(key, token)
      if (!state.isClosed) cache.refuse(key, data)
      void sharedState?.removeShared(key)
      return data
    }
    if (isLimited) floodLimit.countActive()
    const answer = { result: freezeDeeply(data), askedAt, expiresAt, issuedAt }
    if (isCurrent(data.sub)) {
      cache.keep(key, answer)
      void sharedState?.writeShared(key, answer, () => isCurrent(data.sub))
    } else void sharedState?.removeShared(key)
    return answer.result
  }

  /** @throws the error, unless an older answer may stand in */
  function serveStale(key: string, error: AuthError, startedAt: number): TokenVerdict {
    const requestId = 'requestId' in error ? error.requestId : undefined
    const upstreamMs = performance.now() - startedAt
    events.report('unavailable', { upstreamMs, requestId, reason: error.code, error })
    const last = cache.stale(key)
    if (!last) throw error
    events.report('stale')
    return Object.freeze({ ...last, stale: true })
  }

  return async (question, signal) => {
    const startedAt = performance.now()
    try {
      return await ask(question, signal)
    } catch (error) {
      void sharedState?.removeShared(question.key)
      // A caller who left, and a mistake of the program, are not outages.
      if (signal.aborted || !isAuthError(error) || error.code === 'configuration') throw error
      return serveStale(question.key, error, startedAt)
    }
  }
}
