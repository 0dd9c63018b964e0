import { assertArgument } from '@tokenward/auth-core'
import type { Platform } from '../platform/platform.ts'
import type { EntryStorage } from '../platform/storage-entries.ts'
import type { Session } from '../session/session.ts'

/**
 * A place for revocations that wait, beside web storage, which fits as well. Its methods are synchronous.
 *
 * @example
 * ```ts
 * const waiting = new Map<string, string>()
 * const pendingStore: PendingStore = {
 *   get length() { return waiting.size },
 *   key: (index) => [...waiting.keys()][index] ?? null,
 *   getItem: (key) => waiting.get(key) ?? null,
 *   setItem: (key, value) => void waiting.set(key, value),
 *   removeItem: (key) => void waiting.delete(key),
 * }
 * ```
 */
export type PendingStore = EntryStorage

/** The name of a web storage, `memory` for this page alone, or a store of your own. */
export type PendingPlace = 'session' | 'local' | 'memory' | PendingStore

/**
 * Decides where revocations wait. Left to itself, that is where the session keeps its token: nothing is exposed there that was not. Where
 * the local storage is full, they wait in that of the tab.
 *
 * @throws {AuthConfigurationError} when the place is neither a name nor a store
 * @returns functions that look a storage up, and may throw; the one to be preferred is the first, and none means memory
 */
export function findPlaces(
  place: PendingPlace | undefined,
  { storedAt }: Session,
  platform: Platform,
): readonly (() => EntryStorage)[] {
  const chosen = place === undefined ? (storedAt?.storage ?? 'memory') : place
  if (chosen === 'memory') return []
  const inTab = (): EntryStorage => platform.findStorage('session')
  if (chosen === 'session') return [inTab]
  if (chosen === 'local') return [() => platform.findStorage(chosen), inTab]
  const { key, getItem, setItem, removeItem } = Object(chosen) as Partial<EntryStorage>
  const isStore = [key, getItem, setItem, removeItem].every((method) => typeof method === 'function')
  const rule = "must be 'session', 'local', 'memory' or a storage"
  assertArgument('pendingStore', isStore, rule)
  return [() => chosen]
}
