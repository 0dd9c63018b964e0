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
 * Decides where revocations wait. Left to itself, that is where the session keeps its token: nothing is exposed there that was not.
 *
 * @throws {AuthConfigurationError} when the place is neither a name nor a store
 * @returns a function that looks the storage up, and may throw; `undefined` means memory
 */
export function storageGetter(
  place: PendingPlace | undefined,
  { storedAt }: Session,
  platform: Platform,
): () => EntryStorage | undefined {
  const chosen = place ?? storedAt?.storage ?? 'memory'
  if (chosen === 'memory') return () => undefined
  if (chosen === 'local' || chosen === 'session') return () => platform.findStorage(chosen)
  const { key, getItem, setItem, removeItem } = Object(chosen) as Partial<EntryStorage>
  const isStore = [key, getItem, setItem, removeItem].every((method) => typeof method === 'function')
  const rule =
    "must be 'session', 'local', 'memory' or an object with length, key, getItem, setItem and removeItem"
  assertArgument('pendingStore', isStore, rule)
  return () => chosen
}
