import type { IncomingMessage } from 'node:http'
import type { FetchResponse } from '@tokenward/auth-core'

type Body = NonNullable<FetchResponse['body']>

/** What is said of a connection that ends within a request or an answer. */
export class BrokenConnectionError extends Error {
  readonly code = 'ECONNRESET'

  constructor() {
    super('the connection broke')
  }
}

/** Lets a body be read as that of a `Response`: on demand, so that a peer can never fill the memory. */
export function createBody(message: IncomingMessage): Body {
  let settle = (): void => undefined
  const wake = (): void => settle()
  // Also between two reads, where an error without a listener would end the process.
  message.on('error', wake).on('end', wake).on('close', wake)
  const read = (): ReturnType<ReturnType<Body['getReader']>['read']> =>
    new Promise((resolve, reject) => {
      settle = () => {
        const value = message.read() as Uint8Array | null
        if (value) resolve({ done: false, value })
        // The end is waited for even where all has come: only then is the connection free for the next request.
        // A body that was cut off ends as well; only `complete` tells.
        else if (message.readableEnded && message.complete) resolve({ done: true })
        else if (message.destroyed || message.readableEnded)
          reject(message.errored ?? new BrokenConnectionError())
        else {
          if (!message.complete) message.once('readable', wake)
          return
        }
        settle = () => undefined
      }
      settle()
    })
  return { getReader: () => ({ read, cancel: async () => void message.destroy() }) }
}
