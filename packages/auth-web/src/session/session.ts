import { orUndefined } from '../browser/or-undefined.ts'

/**
 * Where a page keeps its access token: the only thing the client has to know about an app's sign-in. The methods are synchronous: what
 * is not done when they return counts as not done, and so does what they throw.
 */
export interface Session {
  /** Reads the access token, without `Bearer`; `undefined` or `null` when nobody is signed in. */
  read(): string | null | undefined
  /** Keeps a token: somebody signed in, or was given a new one. */
  write(token: string): void
  /** Forgets the token and whatever came with it. */
  clear(): void
  /** Whether all tabs read the same token. @default false: each tab has its own, even of the same user */
  readonly shared?: boolean | undefined
}

/** Keeps the token in this page alone: it is gone with the next load, and no script can read it from storage. */
export function memorySession(): Session {
  let kept: string | undefined
  return {
    read: () => kept,
    write(token) {
      kept = token
    },
    clear() {
      kept = undefined
    },
  }
}

/** Options of {@link webStorageSession}. */
export interface WebStorageSessionOptions {
  /** The key whose value is the access token. */
  readonly key: string
  /** `local` for one session in all tabs, `session` for one in each. @default 'local' */
  readonly storage?: 'local' | 'session' | undefined
}

/**
 * Keeps the token in web storage, as plain text under one key; in this page alone where storage is blocked or full.
 *
 * Any script of the origin can read it there.
 */
export function webStorageSession({ key, storage = 'local' }: WebStorageSessionOptions): Session {
  let unstored: string | undefined
  const area = (): Storage => globalThis[`${storage}Storage`]
  return {
    get shared() {
      return storage === 'local' && !unstored
    },
    read: () => orUndefined(() => area().getItem(key)) ?? unstored,
    write(token) {
      unstored = token
      orUndefined(() => {
        // An older token must not survive a write that finds storage full.
        area().removeItem(key)
        area().setItem(key, token)
        unstored = undefined
      })
    },
    clear() {
      unstored = undefined
      area().removeItem(key)
    },
  }
}
