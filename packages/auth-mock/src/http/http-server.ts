import { once } from 'node:events'
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isIPv6, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { authError, type Answer } from './answer.ts'
import type { KeyAndCertificate } from './certificate.ts'
import { newRequestId } from './received-request.ts'

/** A running server. No request ends it, however malformed. */
export interface HttpServer {
  /** Its origin; the loopback address where it listens on every address. */
  readonly url: string
  /** Ends every connection and frees the port. */
  readonly close: () => Promise<void>
}

/** Where a server listens, and how. */
export interface ListenOptions {
  readonly port: number
  readonly host: string
  /** Serves HTTPS with this certificate. @default plain HTTP */
  readonly tls?: KeyAndCertificate | undefined
  /** How long a request may take to arrive, in milliseconds. @default 10_000 */
  readonly slowMs?: number
}

/** Answers one request; rejects when the connection ends before the answer does. */
export type RequestHandler = (message: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Listens, and hands every well-formed request over. Any other request, and one that takes longer than `slowMs` to arrive, gets a
 * documented error and a clean close.
 */
export async function listen(
  { port, host, tls, slowMs = 10_000 }: ListenOptions,
  handle: RequestHandler,
): Promise<HttpServer> {
  const options = {
    headersTimeout: slowMs,
    requestTimeout: slowMs,
    connectionsCheckingInterval: slowMs / 10,
    maxHeaderSize: 16 * 1024,
    // Spares a request without a body its stream; an older Node ignores it.
    optimizeEmptyRequests: true,
  }
  const server = tls ? createTlsServer({ ...options, ...tls }) : createServer(options)
  const open = new WeakMap<Socket, ServerResponse[]>()

  /** The responses of a connection that have not ended. They end in the order of their requests. */
  function openOn(socket: Socket): ServerResponse[] {
    const responses = open.get(socket) ?? []
    while (responses[0]?.closed) responses.shift()
    return responses
  }

  server.on('request', (message, response) => {
    const responses = openOn(message.socket)
    const earlier = responses.at(-1)
    open.set(message.socket, responses)
    responses.push(response)
    response.on('error', () => response.destroy())
    const start = (): void => {
      // The client is gone, so that nothing of what it still wanted is done.
      if (message.socket.destroyed) return
      // It rejects when the client has closed the connection, so that no answer can be sent.
      handle(message, response).catch(() => response.destroy())
    }
    // In a pipeline, a request sees what those before it have done.
    if (earlier) earlier.once('close', start)
    else start()
  })

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // No HTTP can be said on a connection whose TLS handshake failed.
    if (error.code?.startsWith('ERR_SSL')) {
      socket.destroy()
      return
    }
    const responses = socket instanceof Socket ? openOn(socket) : []
    const refuse = (): void => writeRefusal(socket, answerTo(error.code))
    // Answers to earlier requests of a pipeline come first, or this one would be taken for theirs.
    const earlier = responses.filter(({ req }) => req.complete).at(-1)
    if (responses.some(({ req, headersSent }) => !req.complete && headersSent)) socket.destroy()
    else if (earlier) earlier.once('close', refuse)
    else refuse()
  })

  await once(server.listen(port, host), 'listening')
  const address = server.address()
  const listeningPort = typeof address === 'object' && address ? address.port : port
  return {
    url: `${tls ? 'https' : 'http'}://${reachableHost(host)}:${listeningPort}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** An address that this machine can call. `0.0.0.0` and `::` stand for all addresses, so that they become the loopback address. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIPv6(host) ? `[${host}]` : host
}

function answerTo(code: string | undefined): Answer {
  if (code === 'HPE_HEADER_OVERFLOW') return authError('invalid_argument', 'the headers are too large', 431)
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return authError('deadline_exceeded', 'the request is too slow', 408)
  return authError('invalid_argument', 'the request is not valid HTTP')
}

function writeRefusal(socket: Duplex, { status, body }: Answer): void {
  if (socket.writable) {
    const text = JSON.stringify(body)
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
        `content-type: application/json\r\nx-request-id: ${newRequestId()}\r\n` +
        `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
      () => socket.destroy(),
    )
  } else socket.destroy()
}
