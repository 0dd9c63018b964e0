import { assertArgument, orUndefined } from '@tokenward/auth-core'
import type { StorageName } from '../platform/platform.ts'

/** Where a session keeps its token in the browser. */
export interface StoragePlace {
  /** `local` is one storage for all tabs, `session` one for each. */
  readonly storage: StorageName
  readonly key: string
}

/**
 * Where a page keeps its access token: the only thing the client has to know about an app's sign-in. The methods are synchronous: what
 * is not done when they return counts as not done, and so does what they throw.
 *
 * @example
 * ```ts
 * // An app that keeps its token in a field of a larger record.
 * const session: Session = {
 *   shared: true,
 *   storedAt: { storage: 'local', key: 'my_app' },
 *   read: () => readRecord()?.accessToken,
 *   write: (accessToken) => saveRecord({ ...readRecord(), accessToken }),
 *   clear: () => localStorage.removeItem('my_app'),
 * }
 * ```
 */
export interface Session {
  /** Reads the access token, without `Bearer`; `undefined` or `null` when nobody is signed in. */
  read(): string | null | undefined
  /** Keeps a token: somebody signed in, or was given a new one. */
  write(token: string): void
  /**
   * Forgets the token and whatever came with it. Called at each sign-out, also when `read` found nothing.
   *
   * @param onLateToken for a session that sets `reportsLateToken`: receives the token of a refresh that was in flight
   */
  clear(onLateToken?: (token: string) => void): void
  /** Whether all tabs read the same token. @default false: each tab has its own, even of the same user */
  readonly shared?: boolean | undefined
  /**
   * Where the token is kept. Tells two apps of one origin apart, and by default revocations wait in the same storage.
   * @default left out: in memory
   */
  readonly storedAt?: StoragePlace | undefined
  /** The application whose tokens these are; a client of another one is refused. @default left out: any */
  readonly clientId?: string | undefined
  /** Whether `clear` itself reports the token of a refresh in flight. The client then never takes a new token for a late one. @default false */
  readonly reportsLateToken?: boolean | undefined
  /**
   * Calls a function when the token may have changed in this page, so that components follow a sign-in that the client has no part in.
   * Returns a function that stops the calls. @default left out: other tabs are followed by storage events, this page is not
   */
  onChange?(listener: () => void): () => void
}

/** @throws {AuthConfigurationError} when a value is no function */
export function assertListener(listener: unknown): void {
  assertArgument('listener', typeof listener === 'function', 'must be a function')
}

/** Those who want to hear when a session of this page changes. */
export interface ChangeListeners {
  readonly onChange: (listener: () => void) => () => void
  readonly notify: () => void
}

export function createChangeListeners(): ChangeListeners {
  const listeners = new Set<() => void>()
  return {
    onChange(listener) {
      assertListener(listener)
      // The same function twice is two listeners.
      const hear = (): void => listener()
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
    notify() {
      for (const hear of listeners) hear()
    },
  }
}

/** @throws {AuthConfigurationError} when a value is no session, or its `read` returns a promise */
export function assertSession(session: Session): void {
  const { read, write, clear } = Object(session) as Partial<Session>
  const isSession = [read, write, clear].every((method) => typeof method === 'function')
  const isSynchronous = isSession && !isPromise(orUndefined(() => session.read()))
  const rule = 'must have read, write and clear, and read must return no promise'
  assertArgument('session', isSynchronous, rule)
}

/** Tells whether `read` of a session is asynchronous, which types forbid and plain JavaScript does not. */
export function isPromise(value: unknown): boolean {
  return typeof (Object(value) as Partial<Promise<unknown>>).then === 'function'
}

/**
 * Keeps the token in this page alone: it is gone with the next load, and no script can read it from storage.
 *
 * @example
 * ```ts
 * const session = memorySession()
 * const auth = createAuthClient({ env: 'my-env', session })
 * await auth.updateSession(async () => (await signInAtMyBackEnd()).accessToken)
 * ```
 */
export function memorySession(): Session {
  const { onChange, notify } = createChangeListeners()
  let token: string | undefined
  return {
    onChange,
    read: () => token,
    write(next) {
      token = next
      notify()
    },
    clear() {
      token = undefined
      notify()
    },
  }
}
