import {
  type AuthClient,
  type AuthClientOptions as CoreOptions,
  assertArgument,
  authClientOptionNames,
  type OptionNames,
  readOptions,
} from '@tokenward/auth-core'
import type { Platform } from '../platform/platform.ts'
import { assertSession, memorySession, type Session } from '../session/session.ts'
import { findPlaces, type PendingPlace } from './pending-store.ts'
import { nameOf } from './storage-names.ts'
import { createWaitingRevocations, type WaitingRevocations } from './waiting-revocations.ts'

/**
 * Options of `createAuthClient`. Either `env` or `baseUrl` is required.
 *
 * @example
 * ```ts
 * const options: AuthClientOptions = {
 *   env: 'my-env',
 *   session: webStorageSession({ key: 'access_token' }),
 *   pendingStore: 'session',
 * }
 * const auth = createAuthClient(options)
 * ```
 */
export interface AuthClientOptions extends CoreOptions {
  /** Where the page keeps its access token. @default memorySession() */
  readonly session?: Session | undefined
  /**
   * Where revocations wait that could not be delivered: the name of a web storage, `memory`, or a store of your own. The risk: such a
   * token is still alive, and any script of the origin can read it there until it has been delivered, at most a day.
   * @default where the session keeps its token; in memory for `memorySession`, and the browser is asked to deliver them while the page
   * closes
   */
  readonly pendingStore?: PendingPlace | undefined
}

/** The names of the options of `createAuthClient`. */
export const clientOptionNames: OptionNames<AuthClientOptions> = {
  ...authClientOptionNames,
  pendingStore: true,
  session: true,
}

/** What a sign-out needs. */
export interface Connection {
  readonly auth: AuthClient
  readonly session: Session
  readonly platform: Platform
  /** What the app's entries in shared places begin with. */
  readonly name: string
  readonly waiting: WaitingRevocations
}

/**
 * Checks the options and ties a session to its service.
 *
 * @throws {AuthConfigurationError} when an option cannot be used; its `argument` names the option
 */
export function connect(factory: string, options: AuthClientOptions, platform: Platform): Connection {
  const {
    session = memorySession(),
    pendingStore,
    ...coreOptions
  } = readOptions(factory, options, clientOptionNames)
  assertSession(session)
  const { clientId, timeoutMs = 10_000 } = coreOptions
  const auth = platform.createClient(coreOptions)
  assertArgument(
    // A client that is given no client id takes its environment for one.
    clientId === undefined ? 'env' : 'clientId',
    !session.clientId || !auth.clientId || session.clientId === auth.clientId,
    `must be that of the session, ${session.clientId}`,
  )
  const name = nameOf(auth, session)
  const waiting = createWaitingRevocations(auth, {
    name,
    platform,
    places: findPlaces(pendingStore, session, platform),
    leaseMs: timeoutMs,
  })
  return { auth, session, platform, name, waiting }
}
