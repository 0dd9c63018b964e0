import { AuthTokenEndedError, type TokenEndedReason } from '@tokenward/auth-core'
import { createAlarm } from '../memory/alarm.ts'
import { type Clock, createJumpDetector } from '../memory/clock.ts'
import { createDueQueue } from '../memory/due-queue.ts'
import { createWorkQueue } from '../memory/work-queue.ts'
import { nodeBuiltin } from '../runtime/node-builtin.ts'
import type { TokenVerdict } from './token-verdict.ts'
import { createConnectionSignals } from './connection-signals.ts'
import { createWatchedToken, type WatchedToken } from './watched-token.ts'

/** How a connection wants to be watched. */
export interface WatchSettings {
  readonly checkEveryMs: number
  readonly until: AbortSignal | undefined
}

/** The tokens of open connections. */
export interface WatchedTokens {
  /**
   * The token that is watched already, or one that is watched from now on.
   *
   * @param key the token's key; `undefined` where keys are promises, which {@link WatchedTokens.setKey} then hands in
   */
  readonly watch: (
    key: string | undefined,
    token: string,
    sub: string | undefined,
    settings: WatchSettings,
  ) => WatchedToken
  readonly setKey: (watched: WatchedToken, key: string) => void
  readonly has: (key: string) => boolean
  /** Aborts the signal of one token. */
  readonly end: (key: string, reason: TokenEndedReason) => void
  /** Aborts the signals of all tokens for which `isEnded` holds. */
  readonly endAll: (reason: TokenEndedReason, isEnded: (watched: WatchedToken) => boolean) => void
  readonly size: () => number
}

export interface WatchedTokensParts {
  readonly clock: Clock
  readonly clockToleranceMs: number
  /** How old the service's last answer about a token is, in milliseconds; `Infinity` where there is none. */
  readonly ageOf: (key: string) => number
  /** The user that the service's last answer names. */
  readonly subjectOf: (key: string) => string | undefined
  /** Asks the service, unless there is an answer that is young enough. */
  readonly look: (watched: WatchedToken) => Promise<TokenVerdict>
}

/** How many tokens are asked about at once, so that connections which opened together do not fill the way to the service. */
const mostLooks = 32
/** How far the clocks may drift apart before one of them counts as set, and how often they are compared, in milliseconds. */
const heartbeatMs = 1_000

/**
 * Watches the tokens of open connections: aborts a token's signal once the token is revoked, rejected or expired. One timer serves all
 * of them, and does not keep the process alive.
 */
export function createWatchedTokens(parts: WatchedTokensParts): WatchedTokens {
  const { clock, clockToleranceMs, look } = parts
  const monotonic = (): number => performance.now()
  const watches = new Map<string, WatchedToken>()
  /** Stays empty where keys are made at once. */
  const watchesByToken = new Map<string, WatchedToken>()
  const queue = createDueQueue<WatchedToken>()
  const connections = createConnectionSignals(letGo)
  const looks = createWorkQueue(mostLooks, lookAgain)
  const events = nodeBuiltin('node:events')
  const hasClockJumped = createJumpDetector(clock, heartbeatMs)

  const isWatched = ({ position }: WatchedToken): boolean => position >= 0
  const ageOf = (key: string | undefined): number => (key === undefined ? Infinity : parts.ageOf(key))

  const alarm = createAlarm(heartbeatMs, tick)
  const arm = (): void => alarm.set(queue.first()?.dueAt)

  /** When a token is looked at again: after a while, or at its own end, which the service tells first. */
  function lookIn(expiresAt: number, ms: number): number {
    const restMs = clock.msUntil(expiresAt)
    return Math.ceil(monotonic() + (restMs > 0 ? Math.min(ms, restMs) : ms))
  }

  function enqueue(watched: WatchedToken): void {
    const restMs = clock.msUntil(watched.expiresAt + clockToleranceMs)
    queue.put(watched, Math.ceil(Math.min(watched.lookAt, monotonic() + restMs)))
  }

  function tick(): void {
    if (hasClockJumped())
      for (const watched of watches.values()) {
        if (watched.lookAt < Infinity) watched.lookAt = 0
        queue.put(watched, 0)
      }
    for (let first = queue.first(); first && first.dueAt <= monotonic(); first = queue.first()) attend(first)
    arm()
  }

  function attend(watched: WatchedToken): void {
    if (clock.isPast(watched.expiresAt + clockToleranceMs)) return end(watched, 'expired')
    if (watched.lookAt <= monotonic()) {
      const ageMs = ageOf(watched.key)
      if (ageMs < watched.checkEveryMs && !clock.isPast(watched.expiresAt))
        watched.lookAt = lookIn(watched.expiresAt, watched.checkEveryMs - ageMs)
      else {
        watched.lookAt = Infinity
        looks.add(watched)
      }
    }
    enqueue(watched)
  }

  async function lookAgain(watched: WatchedToken): Promise<void> {
    let verdict: TokenVerdict | undefined
    try {
      verdict = await look(watched)
    } catch {
      // An outage says nothing about the token.
    }
    if (!isWatched(watched)) return
    if (verdict?.active === false) return end(watched, verdict.reason)
    if (watched.key !== undefined) watched.sub ??= parts.subjectOf(watched.key)
    watched.lookAt = lookIn(watched.expiresAt, watched.checkEveryMs)
    enqueue(watched)
    arm()
  }

  function letGo(watched: WatchedToken): void {
    if (watched.key !== undefined) watches.delete(watched.key)
    watchesByToken.delete(watched.token)
    queue.remove(watched)
    looks.remove(watched)
    connections.removeAll(watched)
    if (watches.size === 0) arm()
  }

  function end(watched: WatchedToken, reason: TokenEndedReason): void {
    letGo(watched)
    // The service says the same of a token that is over and of one that is revoked.
    const isOver = reason === 'rejected' && clock.isPast(watched.expiresAt)
    watched.controller.abort(new AuthTokenEndedError(isOver ? 'expired' : reason))
  }

  function create(
    key: string | undefined,
    token: string,
    sub: string | undefined,
    checkEveryMs: number,
  ): WatchedToken {
    const controller = new AbortController()
    // All connections of a token listen to one signal: Node would warn of a leak at the eleventh.
    events?.setMaxListeners(0, controller.signal)
    const watched = createWatchedToken(key, token, sub, checkEveryMs, controller)
    const ageMs = ageOf(key)
    // A token that this verifier knows nothing of is looked at as if it had just been accepted.
    watched.lookAt = lookIn(watched.expiresAt, checkEveryMs - (ageMs === Infinity ? 0 : ageMs))
    return watched
  }

  return {
    watch(key, token, sub, { checkEveryMs, until }) {
      const found = key === undefined ? watchesByToken.get(token) : watches.get(key)
      const watched = found ?? create(key, token, sub, checkEveryMs)
      if (until?.aborted) return watched
      if (until) connections.add(watched, until)
      else watched.isEndless = true
      if (checkEveryMs < watched.checkEveryMs) {
        watched.checkEveryMs = checkEveryMs
        if (watched.lookAt < Infinity) watched.lookAt = Math.min(watched.lookAt, monotonic() + checkEveryMs)
      }
      if (key === undefined) watchesByToken.set(token, watched)
      else watches.set(key, watched)
      enqueue(watched)
      arm()
      return watched
    },
    setKey(watched, key) {
      if (!isWatched(watched)) return
      watched.key = key
      watches.set(key, watched)
    },
    has: (key) => watches.has(key),
    end(key, reason) {
      const watched = watches.get(key)
      if (watched) end(watched, reason)
    },
    endAll(reason, isEnded) {
      const ended = [...watches.values()].filter(isEnded)
      // One error for all of them: each takes microseconds to make, while the last connection waits.
      const error = new AuthTokenEndedError(reason)
      for (const watched of ended) letGo(watched)
      for (const { controller } of ended) controller.abort(error)
    },
    size: () => watches.size,
  }
}
