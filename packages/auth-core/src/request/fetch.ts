/** What a request is made of. Its `headers` and `body` carry the token. */
export interface FetchInit {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string | null
  /** Aborted when the caller gives up, or when the time of this try is over: with an `AuthTimeoutError` as its reason. */
  readonly signal: AbortSignal
  readonly redirect: 'manual'
  /** Whether the request may be sent again when it may have reached the service. The platforms do not look at it. */
  readonly isRepeatable: boolean
  /** Only there when it is `true`: some platforms take `false` for "close the connection afterwards". */
  readonly keepalive?: boolean
}

/** What is read of a `Response`; a platform may answer with something lighter. */
export interface FetchResponse {
  readonly status: number
  /** Whether a redirect was followed. An answer from another `url` is then not believed. */
  readonly redirected?: boolean | undefined
  readonly url?: string | undefined
  readonly headers: { get(name: string): string | null }
  /** A stream of bytes; `null` for no body. Where a platform has no such streams, it is left out, and `bytes` or `text` is read. */
  readonly body?: BodyStream | null | undefined
  /** The whole body, of a platform that hands it over at once. Read before `text`, because bytes can be checked for strict UTF-8. */
  bytes?(): Promise<Uint8Array>
  text?(): Promise<string>
}

/** The part of a `ReadableStream` of bytes that is used. */
export interface BodyStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
    cancel(): Promise<void>
  }
}

/**
 * The part of the platform's `fetch` that is used. The platform's own fits.
 *
 * @example
 * ```ts
 * const traced: Fetch = (url, init) => tracer.startActiveSpan('auth', () => fetch(url, init))
 * ```
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>
