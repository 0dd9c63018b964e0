import type { AuthError } from '../errors/errors.ts'
import type { operations } from '../generated/operations.ts'

/** One request as an observer sees it: never with the token. */
export interface RequestEvent {
  readonly operation: keyof typeof operations
  readonly method: string
  /** The path of the operation in the spec. */
  readonly path: string
  /** 1 for the first try. */
  readonly attempt: number
}

/** One answer, or the lack of one, as an observer sees it: never with the token. */
export interface ResponseEvent extends RequestEvent {
  /** HTTP status; `undefined` when no complete answer came. */
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly durationMs: number
  /**
   * What a call whose last try this is rejects with; `undefined` when the answer says something about the token, and when the caller gave up.
   */
  readonly error: AuthError | undefined
}

/**
 * Functions that watch the requests. What they throw is ignored, so that a log can neither end a session nor keep one. A promise that they
 * return is not awaited; its rejection is theirs to handle.
 *
 * @example
 * ```ts
 * const auth = createAuthClient({
 *   env: 'my-env',
 *   onResponse: ({ operation, attempt, durationMs, error }) => log.info({ operation, attempt, durationMs, reason: error?.message }),
 * })
 * ```
 */
export interface Observer {
  /** Called before each try. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
  /** Called after each try. */
  readonly onResponse?: ((event: ResponseEvent) => void) | undefined
}
