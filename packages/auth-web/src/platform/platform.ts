import type { AuthClient, AuthClientOptions } from '@tokenward/auth-core'
import type { EntryStorage } from './storage-entries.ts'

/** The storages of a platform: `local` is one for all pages of the app, `session` one for each, where there is such a thing. */
export type StorageName = 'local' | 'session'

/**
 * What happens to a page:
 *
 * - `stored`: another page has changed the common storage.
 * - `look`: the page may show something old, because storage has changed or the user is back.
 * - `visible`: the page was shown or hidden.
 * - `online`: there is a network again.
 * - `leave`: the page may be gone in a moment.
 * - `freeze`: its code may stop, as in the back/forward cache.
 * - `thaw`: it is shown, perhaps after a freeze.
 */
export type PlatformEvent = 'stored' | 'look' | 'visible' | 'online' | 'leave' | 'freeze' | 'thaw'

/** What is read of an event. Those of the DOM fit. */
export interface PageEvent {
  readonly type?: string
  /** Of `thaw`: whether the page was frozen before. */
  readonly persisted?: boolean
  /** Of `stored`: the entry that was changed, and its new value, `null` once it is removed. */
  readonly key?: string | null
  readonly newValue?: string | null
}

/** A way to the other pages of the app that are open. */
export interface Channel {
  postMessage(message: string): void
  close(): void
}

/**
 * What the code of sign-out needs of the place that it runs in. A browser has one, and a mini-program another; beside them, only the entry
 * of each names it.
 */
export interface Platform {
  /** Creates core's client, with the requests and the device id of this platform. */
  createClient(options: AuthClientOptions): AuthClient
  /** Looks a storage up. Throws where it is blocked or missing. */
  findStorage(name: StorageName): EntryStorage
  /**
   * Listens; does nothing where the platform has no such event.
   *
   * @returns a function that stops listening
   */
  on(event: PlatformEvent, listener: (event: PageEvent) => void): () => void
  /** Opens a channel. Throws where there is none. */
  openChannel(name: string, hear: (message: unknown) => void): Channel
  /** Whether the page is seen; `undefined` where there is no page, as on a server, whose process must be able to end. */
  visibility(): 'visible' | 'hidden' | undefined
}
