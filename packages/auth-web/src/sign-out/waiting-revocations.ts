import { type AuthClient, type AuthClientOptions, isBearerToken, readTokenExpiry } from '@tokenward/auth-core'
import { orUndefined } from '../browser/or-undefined.ts'
import { onPage } from '../browser/browser-client.ts'
import { deliver, type RemoteOutcome } from './revoke-and-report.ts'

/** Where revocations wait that could not be delivered. A web storage fits. */
export type PendingStore = Pick<Storage, 'getItem' | 'setItem'>

/** A store, or the name of a web storage. */
export type PendingPlace = 'session' | 'local' | PendingStore

/** Options of {@link keepPending}. */
export interface PendingOptions extends AuthClientOptions {
  readonly pendingStore?: PendingPlace | undefined
}

/** Revocations that are not done yet. */
export interface PendingRevocations {
  /** Revokes a token and keeps at it until it is proven dead; resolves after the first try. */
  readonly add: (token: string, timeoutMs?: number) => Promise<RemoteOutcome>
  readonly count: () => number
}

// A token is given up this long after its own end, because this machine's clock may be wrong by hours.
const graceMs = 86_400_000

/** Keeps revocations until they are done, in memory and in the place given, and tries each in one tab at a time. */
export function keepPending(auth: AuthClient, options: PendingOptions, name: string): PendingRevocations {
  const { pendingStore: place, timeoutMs: leaseMs = 10_000 } = options
  const key = `${name}_pending`
  // JSON, by token: when a tab began to try, 0 when none is at it.
  let memory = '{}'
  let pauseMs = 500
  let timer: ReturnType<typeof setTimeout> | undefined

  // May throw: where there is none, or storage is blocked.
  const store = (): PendingStore =>
    (typeof place === 'string' ? globalThis[`${place}Storage`] : place) as PendingStore

  const load = (): Record<string, number> => {
    // A store without it has null, which parses.
    return {
      ...JSON.parse(memory),
      ...orUndefined(() => JSON.parse(store().getItem(key) as string) as object),
    }
  }
  /** Keeps when a token was last tried, or forgets the token. */
  const put = (token: string, triedAt?: number): void => {
    memory = JSON.stringify({ ...load(), [token]: triedAt })
    orUndefined(() => {
      store().setItem(key, memory)
      memory = '{}'
    })
  }
  const tokens = (): string[] => Object.keys(load())

  const add = async (token: string, timeoutMs?: number): Promise<RemoteOutcome> => {
    put(token, Date.now())
    const outcome = await deliver(auth, token, timeoutMs)
    // What is no token never becomes one.
    put(token, outcome.error && isBearerToken(token) ? 0 : undefined)
    pauseMs = outcome.error ? Math.min(2 * pauseMs, 256_000) : 500
    schedule(pauseMs)
    return outcome
  }
  const schedule = (ms: number): void => {
    clearTimeout(timer)
    if (tokens()[0]) timer = setTimeout(retry, ms * (1 + Math.random()))
  }
  const retry = (): void => {
    const now = Date.now()
    for (const [token, triedAt] of Object.entries(load())) {
      if ((readTokenExpiry(token) ?? now) + graceMs < now) put(token)
      // A distance, so that a clock that is put right stops nothing, and what is no time neither.
      else if (Math.abs(now - triedAt) < leaseMs) schedule(leaseMs)
      else void add(token)
    }
  }
  // Tabs that wake together must not try together.
  const wake = (): void => schedule(150)
  onPage('online', wake)
  onPage('visibilitychange', wake)
  onPage('pagehide', () => {
    for (const token of tokens()) void deliver(auth, token)
  })
  wake()
  return { add, count: () => tokens().length }
}
