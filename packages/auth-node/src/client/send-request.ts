import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { AuthConfigurationError, type FetchInit, type FetchResponse, isAuthError } from '@tokenward/auth-core'
import type { KeptConnections } from './kept-connections.ts'
import { BrokenConnectionError, createBody } from './node-body.ts'
import type { NodeHttp } from './node-http.ts'

/** Where a request goes, and over what. */
export interface Target {
  readonly http: NodeHttp
  readonly agent: Agent
  readonly options: RequestOptions
  readonly kept: KeptConnections
}

/** Sends a request over the agent of its target, and resolves once the headers of the answer have come. */
export async function sendRequest(target: Target, path: string, init: FetchInit): Promise<FetchResponse> {
  // After a kept connection that is silent the request is sent once more: not where it may have been carried out.
  for (let isPatient = !init.isRepeatable; ;) {
    const result = await sendOnce(target, path, init, isPatient)
    if (result !== 'silent' && result !== 'closed') return result
    // The connection that comes next is new, or has answered since. Where that one is slow as well, it is the service that is slow.
    if (result === 'silent') isPatient = true
  }
}

/**
 * Sends a request once. Resolves to a word where a kept connection brought no answer, which says nothing about the service.
 *
 * @param isPatient whether a kept connection may take all the time that the request has
 */
function sendOnce(
  { http, agent, options, kept }: Target,
  path: string,
  { method, headers, body, signal, isRepeatable }: FetchInit,
  isPatient: boolean,
): Promise<FetchResponse | 'silent' | 'closed'> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    // The common form, which all that wraps Node's client understands: options with the headers as an object, which is not ours alone.
    const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) }
    const request = createRequest(http, {
      ...options,
      agent,
      method,
      path,
      headers: { ...headers, ...length },
    })
    let socket: Socket | undefined
    let sentAt = 0
    let timer: NodeJS.Timeout | undefined
    let isSettled = false

    /** Returns `true` to its first caller, who then settles the promise, and `false` to all later ones. Also stops the timer. */
    const settle = (): boolean => {
      if (isSettled) return false
      isSettled = true
      clearTimeout(timer)
      return true
    }
    const doubt = (): void => {
      if (socket && request.reusedSocket) kept.dropDoubtful(agent, socket, sentAt)
    }
    const abort = (): void => {
      if (settle()) {
        // A request that waits for a connection hears of its end only when it is given one.
        reject(new BrokenConnectionError())
        if (isAuthError(signal.reason) && signal.reason.code === 'timeout') doubt()
      }
      request.destroy(new BrokenConnectionError())
    }
    const giveUp = (): void => {
      if (!settle()) return
      doubt()
      request.destroy()
      resolve('silent')
    }

    signal.addEventListener('abort', abort)
    request.on('socket', (assigned) => {
      socket = assigned
      sentAt = performance.now()
      if (!request.reusedSocket || isPatient || isSettled) return
      // An answer that has come while this process was busy is read before the immediate runs.
      timer = setTimeout(() => setImmediate(giveUp), kept.patienceMs())
    })
    request.on('response', (message) => {
      if (!settle()) return
      if (socket) kept.noteAnswer(socket, performance.now() - sentAt)
      resolve(toResponse(message))
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      // An error within the body reaches the reader of the body.
      if (!settle()) return
      // The server closed a kept connection just as it was taken up again, and has hardly seen this request.
      const isClosed = error.code === 'ECONNRESET' || error.code === 'EPIPE'
      if (isRepeatable && request.reusedSocket && isClosed) resolve('closed')
      else reject(error)
    })
    request.on('close', () => {
      signal.removeEventListener('abort', abort)
      // An answer that switches protocols ends without response and error.
      if (settle()) reject(new BrokenConnectionError())
    })
    request.end(body)
  })
}

function createRequest(http: NodeHttp, options: RequestOptions): ClientRequest {
  try {
    return http.request(options)
  } catch (error) {
    const { code } = Object(error) as NodeJS.ErrnoException
    if (typeof code !== 'string' || !code.startsWith('ERR_INVALID_')) throw error
    throw new AuthConfigurationError(
      'agent',
      code === 'ERR_INVALID_PROTOCOL'
        ? `must be for the protocol of the service, which is ${options.protocol}`
        : `makes Node refuse the request (${code})`,
    )
  }
}

function toResponse(message: IncomingMessage): FetchResponse {
  return {
    status: message.statusCode ?? 0,
    headers: {
      get(name) {
        const value = message.headers[name.toLowerCase()]
        return Array.isArray(value) ? value.join(', ') : (value ?? null)
      },
    },
    body: createBody(message),
  }
}
