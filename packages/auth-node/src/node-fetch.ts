import type { IncomingMessage } from 'node:http'
import type { FetchInit, FetchResponse } from '@tokenward/auth-core'

type Http = typeof import('node:http')

/** Finds Node's HTTP client; `undefined` in other runtimes, whose own `fetch` is the better one. */
function findHttp(protocol: string): Http | undefined {
  // Node 20 has no navigator; from 21 on it names itself, as the other runtimes do.
  const agent = globalThis.navigator?.userAgent ?? 'Node.js/'
  if (!agent.startsWith('Node.js/')) return undefined
  // Not an import, which bundlers would have to resolve for platforms that lack the module.
  return globalThis.process?.getBuiltinModule?.(`node:${protocol}` as 'node:http')
}

const broken = (): Error => Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' })

/** Reads on demand, so that a peer can never fill the memory. */
function readBody(message: IncomingMessage): NonNullable<FetchResponse['body']> {
  return {
    getReader: () => ({
      read: () =>
        new Promise((resolve, reject) => {
          const settle = (): boolean => {
            const value = message.read() as Uint8Array | null
            if (value) resolve({ done: false, value })
            // A body that was cut off ends as well; only `complete` tells.
            else if (message.readableEnded && message.complete) resolve({ done: true })
            else if (message.destroyed || message.readableEnded) reject(message.errored ?? broken())
            else return false
            for (const event of events) message.off(event, settle)
            return true
          }
          const events = ['readable', 'end', 'error', 'close']
          if (!settle()) for (const event of events) message.on(event, settle)
        }),
      cancel: async () => void message.destroy(),
    }),
  }
}

/** Sends one request over the pool of Node's global agent, and resolves once the headers have come. */
function request(http: Http, url: string, init: FetchInit): Promise<FetchResponse> {
  const { method, headers, body, signal } = init
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const sent = http.request(url, { method, headers, agent: http.globalAgent })
    const abort = (): void => void sent.destroy(broken())
    signal.addEventListener('abort', abort, { once: true })
    let isSettled = false
    sent.on('response', (message) => {
      isSettled = true
      // Without a listener, a connection that breaks between two reads would end the process.
      message.on('error', () => undefined)
      resolve({
        status: message.statusCode ?? 0,
        headers: {
          get(name) {
            const value = message.headers[name.toLowerCase()]
            return Array.isArray(value) ? value.join(', ') : (value ?? null)
          },
        },
        body: readBody(message),
      })
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', abort)
      // Whoever reads the body learns of a connection that breaks within it.
      if (isSettled) return
      isSettled = true
      // The server closed a kept connection just as it was taken up again: it has not seen this request.
      const isStale = sent.reusedSocket && !signal.aborted && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '')
      if (isStale) resolve(request(http, url, init))
      else reject(error)
    })
    // An answer that switches protocols ends without either event.
    sent.on('close', () => {
      signal.removeEventListener('abort', abort)
      if (!isSettled) reject(broken())
    })
    sent.end(body)
  })
}

/**
 * Stands in for `fetch` with Node's own HTTP client, which is several times as fast: kept connections, no redirect followed, nothing
 * decompressed. Where there is no such client, the platform's `fetch` is used.
 */
export function nodeFetch(url: string, init: FetchInit): Promise<FetchResponse> {
  const http = findHttp(url.startsWith('https:') ? 'https' : 'http')
  return http ? request(http, url, init) : globalThis.fetch(url, init)
}
