import { readTokenExpiry } from '@tokenward/auth-core'
import type { Due } from '../memory/due-queue.ts'
import type { Held } from './connection-signals.ts'

/** A token of an open connection. One object for all connections of the token, with few fields: there may be 100,000 of them. */
export interface WatchedToken extends Due, Held {
  readonly token: string
  /** The token's key; `undefined` for a moment in runtimes that make keys as promises. */
  key: string | undefined
  readonly controller: AbortController
  /** When the token ends by itself, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** The user, where they are known. */
  sub: string | undefined
  checkEveryMs: number
  /** When the service is asked next, on the monotonic clock; `Infinity` while it is being asked. */
  lookAt: number
}

/** A token that is in no queue yet, and is not to be looked at. */
export function createWatchedToken(
  key: string | undefined,
  token: string,
  sub: string | undefined,
  checkEveryMs: number,
  controller: AbortController,
): WatchedToken {
  return {
    dueAt: 0,
    position: -1,
    token,
    key,
    controller,
    expiresAt: readTokenExpiry(token) ?? Infinity,
    sub,
    checkEveryMs,
    lookAt: Infinity,
    signals: undefined,
    isEndless: false,
  }
}
