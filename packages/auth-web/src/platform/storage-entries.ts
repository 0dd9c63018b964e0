import { orUndefined } from '@tokenward/auth-core'

/** A storage whose entries can be listed. Web storage fits. */
export interface EntryStorage {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** The entries of a storage whose keys begin alike, each named by the rest of its key. */
export interface StorageEntries {
  readonly all: () => Map<string, string>
  readonly keys: () => Iterable<string>
  readonly get: (name: string) => string | undefined
  /** Keeps an entry: elsewhere where the storage is missing, blocked or full. */
  readonly set: (name: string, value: string) => void
  readonly delete: (name: string) => void
}

/**
 * Keeps facts as one storage entry each. Tabs never read, change and write back a common value, so none of them can undo what another
 * has written meanwhile.
 *
 * @param getStorage looks the storage up; may throw, as web storage does where it is blocked; left out, there is none
 * @param elsewhere keeps what the storage does not; this page's memory by default
 */
export function createStorageEntries(
  prefix: string,
  getStorage: (() => EntryStorage | undefined) | undefined,
  elsewhere: Pick<StorageEntries, 'keys' | 'get'> & {
    set(name: string, value: string): unknown
    delete(name: string): unknown
  } = new Map<string, string>(),
): StorageEntries {
  const inStorage = <Result>(work: (storage: EntryStorage) => Result): Result | undefined =>
    orUndefined(() => {
      const storage = getStorage?.()
      return storage && work(storage)
    })
  const get = (name: string): string | undefined =>
    elsewhere.get(name) ?? inStorage((storage) => storage.getItem(prefix + name)) ?? undefined

  const keys = (): string[] => {
    const stored = inStorage((storage) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? ''),
    )
    const names = (stored ?? [])
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
    return [...names, ...elsewhere.keys()]
  }

  return {
    keys,
    get,
    all: () => new Map(keys().map((name) => [name, get(name) ?? ''])),
    set(name, value) {
      const isStored = inStorage((storage) => {
        storage.setItem(prefix + name, value)
        // Some storages neither keep what they are given nor say so.
        return storage.getItem(prefix + name) === value
      })
      if (isStored) elsewhere.delete(name)
      else elsewhere.set(name, value)
    },
    delete(name) {
      elsewhere.delete(name)
      inStorage((storage) => storage.removeItem(prefix + name))
    },
  }
}

/** Facts that matter for a day, each a storage entry whose value is when it was noted, in milliseconds since the epoch. */
export interface DayEntries {
  /** The facts of the last day, each with when it was noted, unless the entry is damaged. */
  readonly all: () => Map<string, string>
  readonly has: (name: string) => boolean
  /** @param at when, by this machine's clock */
  readonly add: (name: string, at: number) => void
}

const dayMs = 86_400_000

/** Keeps facts for a day. Those that are older go when one is added. */
export function createDayEntries(prefix: string, getStorage: () => EntryStorage | undefined): DayEntries {
  const entries = createStorageEntries(prefix, getStorage)
  return {
    all: entries.all,
    has: (name) => entries.get(name) !== undefined,
    add(name, now) {
      // `Math.abs`, because the clock may have been set back since. NaN fails the comparison, so that a damaged entry goes.
      for (const [old, at] of entries.all()) if (!(Math.abs(now - Number(at)) < dayMs)) entries.delete(old)
      entries.set(name, `${now}`)
    },
  }
}
