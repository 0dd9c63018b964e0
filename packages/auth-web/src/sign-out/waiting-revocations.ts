// What is stored, and by whom: one storage entry for each revocation that waits.
//   key     the app's name, "waiting|", and the token itself, so that two tokens never share an entry
//   value   "<put>|<tried>", both in milliseconds since the epoch: when the token was put here, and when a tab began to try; 0 for
//           "no tab is trying". "done" for the moment before the entry goes, so that the other tabs, which hear of each change, can tell
//           the end of a token from an entry that the app has removed
// The tab that signs out puts the entry before its first request. Any tab of the app may try and may remove it; a tab that tries writes
// the time first, so that the others leave the token alone for as long as a try may take. An entry goes once its token is proven dead,
// or when a try fails 24 hours after the token was put there. Where storage fails, the page's memory stands in; and where an app clears
// its storage, which many do at a sign-out, the page that signed out remembers.
import { type AuthClient, isBearerToken, orUndefined } from '@tokenward/auth-core'
import type { Platform } from '../platform/platform.ts'
import { createStorageEntries, type EntryStorage } from '../platform/storage-entries.ts'
import { type RemoteOutcome, revokeAndReport } from './revoke-and-report.ts'

/** Options of {@link createWaitingRevocations}. */
export interface WaitingRevocationsOptions {
  readonly name: string
  readonly platform: Platform
  /** Look a storage up, and may throw; the one to be preferred is the first, and none means memory. */
  readonly places: readonly (() => EntryStorage)[]
  /** For how long a tab that tries keeps the others from trying, in milliseconds. */
  readonly leaseMs: number
}

type SettledListener = (type: 'revocation_delivered' | 'revocation_given_up') => void

/** Revocations that are not done yet. */
export interface WaitingRevocations {
  /** Revokes a token, in a request that outlives the page, and keeps at it until it is proven dead. Resolves after the first try. */
  readonly revoke: (token: string, timeoutMs?: number) => Promise<RemoteOutcome>
  /** Keeps a token for the next retry, which comes soon. */
  readonly putOff: (token: string) => void
  readonly count: () => number
  /** Calls a function when a revocation that had to wait is done, or is given up. */
  readonly onSettled: (listener: SettledListener) => void
  /** Stops trying in this page, after one last try for what would be lost with it. */
  readonly close: () => void
}

interface Entry {
  readonly putAt: number
  readonly triedAt: number
}

const done = 'done'
const dayMs = 86_400_000
// Tabs that wake together must not try together.
const wakeMs = 150
// Each pause after a try that failed is twice the one before.
const shortestPauseMs = 500
const longestPauseMs = 256_000

/** At random up to twice as long. */
const atRandom = (ms: number): number => ms * (1 + Math.random())

/** Keeps revocations until they are done, and tries each in one tab at a time. */
export function createWaitingRevocations(
  auth: AuthClient,
  options: WaitingRevocationsOptions,
): WaitingRevocations {
  const { name, platform, places, leaseMs } = options
  const prefix = `${name}waiting|`
  const entries = createStorageEntries(prefix, places[0], createStorageEntries(prefix, places[1]))
  const trying = new Set<string>()
  // The tokens that this page has signed out, with when, until it knows them to be dead.
  const owed = new Map<string, number>()
  let pauseMs = shortestPauseMs
  let timer: ReturnType<typeof setTimeout> | undefined
  let dueAt = Infinity
  let isClosed = false
  let onSettled: SettledListener | undefined

  /** The tokens that wait, each with its entry. A key that is no token never becomes a request, and is removed. */
  const list = (): [token: string, entry: Entry][] => {
    const values = entries.all()
    for (const [token, putAt] of owed) if (!values.has(token)) values.set(token, writeEntry(putAt, 0))
    return [...values]
      .filter(([token]) => {
        const isToken = isBearerToken(token)
        if (!isToken) entries.delete(token)
        return isToken
      })
      .map(([token, value]) => [token, readEntry(value)])
  }
  const finish = (token: string): void => {
    entries.set(token, done)
    entries.delete(token)
    owed.delete(token)
  }
  /** Sees to it that a retry comes after so many milliseconds at the latest; never puts one off. */
  const retryWithin = (ms: number): void => {
    const at = Date.now() + ms
    // A clock that was set back leaves a time that is too far away.
    if (isClosed || (timer !== undefined && dueAt <= at) || list().length === 0) return
    clearTimeout(timer)
    dueAt = at
    timer = setTimeout(retry, ms)
  }
  /** @param isSignOut whether the user has just left: the request then outlives the page, and this page owes the token's end */
  const attempt = async (token: string, isSignOut: boolean, timeoutMs?: number): Promise<RemoteOutcome> => {
    const entry = entries.get(token)
    let putAt = owed.get(token) ?? readEntry(entry).putAt
    const hasWaited = entry !== undefined || owed.has(token)
    if (isBearerToken(token)) {
      if (isSignOut) owed.set(token, putAt)
      // What was removed from storage is put there again only when the page leaves.
      if (isSignOut || entry !== undefined) entries.set(token, writeEntry(putAt, Date.now()))
    }
    trying.add(token)
    const outcome = await revokeAndReport(auth, token, { keepalive: isSignOut, timeoutMs })
    trying.delete(token)
    if (!outcome.error) pauseMs = shortestPauseMs
    const now = Date.now()
    let isTooOld = Math.abs(now - putAt) >= dayMs
    if (isTooOld && owed.has(token) && isPageYoung()) {
      // The clock was set since this page signed the token out.
      isTooOld = false
      putAt = now
      owed.set(token, now)
    }
    if (!outcome.error || isTooOld) {
      finish(token)
      if (hasWaited) onSettled?.(outcome.error ? 'revocation_given_up' : 'revocation_delivered')
    }
    // Another tab may have finished it meanwhile, or the app has cleared its storage.
    else if (entries.get(token) !== undefined) entries.set(token, writeEntry(putAt, 0))
    retryWithin(atRandom(pauseMs))
    pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    return outcome
  }
  const retry = (): void => {
    timer = undefined
    for (const [token, { triedAt }] of list()) {
      // `Math.abs`, because the clock may have been set back since.
      const leftMs = leaseMs - Math.abs(Date.now() - triedAt)
      if (leftMs > 0) retryWithin(leftMs + atRandom(wakeMs))
      else if (!trying.has(token)) void attempt(token, false)
    }
  }
  const tryLast = async (token: string): Promise<void> => {
    const { error } = await revokeAndReport(auth, token, { keepalive: true })
    if (!error) finish(token)
  }
  /** Sends once more what this page was trying, and what no tab is; and lets the next page try at once. */
  const handOver = (): void => {
    for (const [token, { putAt, triedAt }] of list()) {
      if (triedAt !== 0 && !trying.has(token)) continue
      void tryLast(token)
      entries.set(token, writeEntry(putAt, 0))
    }
  }
  const wake = (): void => retryWithin(atRandom(wakeMs))

  const stops = [
    platform.on('online', wake),
    platform.on('visible', wake),
    platform.on('leave', handOver),
    platform.on('stored', ({ key, newValue }) => {
      if (newValue === done && key?.startsWith(prefix)) owed.delete(key.slice(prefix.length))
    }),
  ]
  wake()

  return {
    revoke: (token, timeoutMs) => attempt(token, true, timeoutMs),
    putOff(token) {
      owed.set(token, Date.now())
      entries.set(token, writeEntry(Date.now(), 0))
      wake()
    },
    count: () => list().length,
    onSettled(listener) {
      onSettled = listener
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      for (const stop of stops) stop()
      handOver()
    },
  }
}

/** Whether the page is known to be younger than a day, by a clock that is never set. */
function isPageYoung(): boolean {
  return (orUndefined(() => performance.now()) ?? dayMs) < dayMs
}

/** Reads an entry. One that is new, or damaged, counts as put now and not tried. */
function readEntry(value: string | undefined): Entry {
  const [putAt, triedAt] = (value ?? '').split('|').map(Number)
  return { putAt: putAt || Date.now(), triedAt: triedAt || 0 }
}

function writeEntry(putAt: number, triedAt: number): string {
  return `${putAt}|${triedAt}`
}
