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
}

/**
 * Functions that watch the requests. What they throw is ignored, so that a log can neither end a session nor keep one; nobody waits
 * for a promise of theirs, which has to handle its own rejection.
 */
export interface Observer {
  /** Called before each try. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
  /** Called after each try. */
  readonly onResponse?: ((event: ResponseEvent) => void) | undefined
}
