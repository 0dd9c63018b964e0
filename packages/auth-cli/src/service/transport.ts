import type { AuthClientOptions } from '@tokenward/auth-node'
import { type Dispatcher, Pool } from 'undici'

type Fetch = NonNullable<AuthClientOptions['fetch']>
type FetchResponse = Awaited<ReturnType<Fetch>>

// More than the client reads of any answer.
const maxBytes = 128 * 1024

/** A way of sending requests to one service over kept connections. */
export interface BulkTransport {
  readonly fetch: Fetch
  readonly close: () => Promise<void>
}

/**
 * Creates the transport of a bulk revocation: undici below its own `request`, without a stream for each body of two bytes. Over Node's
 * own client, a run reaches two thirds of the rate of a bare undici loop. No redirect is followed, nothing is decompressed, and a body
 * is read up to a bound.
 */
export function createBulkTransport(origin: string, connections: number): BulkTransport {
  const pool = new Pool(origin, { connections })
  return {
    fetch: (url, { method, headers, body, signal }) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const { pathname, search } = new URL(url)
        const options = { method, path: pathname + search, headers, body }
        pool.dispatch(options, createHandler(signal, resolve, reject))
      }),
    close: () => pool.destroy(),
  }
}

function createHandler(
  signal: AbortSignal,
  resolve: (response: FetchResponse) => void,
  reject: (error: unknown) => void,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = []
  let size = 0
  let status = 0
  let headers: Record<string, string | string[] | undefined> = {}
  let abort = (): void => undefined
  const finish = (): void => {
    signal.removeEventListener('abort', abort)
    resolve({ status, headers: { get: (name) => headers[name]?.toString() ?? null }, body: bodyOf(chunks) })
  }
  return {
    onRequestStart(controller) {
      abort = () => controller.abort(new Error('aborted'))
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort)
    },
    onResponseStart(_controller, statusCode, received) {
      status = statusCode
      headers = received
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk)
      size += chunk.length
      if (size <= maxBytes) return
      finish()
      abort()
    },
    onResponseEnd: finish,
    onResponseError(_controller, error) {
      signal.removeEventListener('abort', abort)
      reject(error)
    },
  }
}

function bodyOf(chunks: readonly Buffer[]): NonNullable<FetchResponse['body']> {
  const left = chunks.values()
  return {
    getReader: () => ({
      read: () => {
        const { value, done = false } = left.next()
        return Promise.resolve({ done, value })
      },
      cancel: () => Promise.resolve(),
    }),
  }
}
