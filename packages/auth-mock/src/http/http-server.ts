import { once } from 'node:events'
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { authError, type Answer } from './answer.ts'
import { newRequestId } from './received-request.ts'

/** A server on the loopback interface that survives whatever is sent to it. */
export interface HttpServer {
  readonly url: string
  /** Ends every connection and frees the port. */
  readonly close: () => Promise<void>
}

/**
 * Listens on 127.0.0.1 and hands every well-formed request over; anything else, also a request that takes longer than `slowMs`
 * to arrive, gets a documented error and a clean close.
 */
export const listen = async (
  port: number,
  handle: (message: IncomingMessage, response: ServerResponse) => Promise<void>,
  slowMs = 10_000,
): Promise<HttpServer> => {
  const server = createServer({
    headersTimeout: slowMs,
    requestTimeout: slowMs,
    connectionsCheckingInterval: slowMs / 10,
    maxHeaderSize: 16 * 1024,
    // Spares a request without a body its stream; an older Node ignores it.
    optimizeEmptyRequests: true,
  })
  const open = new WeakMap<Socket, readonly ServerResponse[]>()

  const openOn = (socket: Socket): ServerResponse[] => open.get(socket)?.filter(({ closed }) => !closed) ?? []

  server.on('request', (message, response) => {
    const earlier = openOn(message.socket)
    open.set(message.socket, [...earlier, response])
    response.on('error', destroyIt)
    const start = (): void => {
      // It fails when the client is gone, which is nobody's business but the socket's.
      handle(message, response).catch(() => response.destroy())
    }
    // In a pipeline, a request sees what those before it have done.
    const last = earlier.at(-1)
    if (last) last.once('close', start)
    else start()
  })

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const responses = socket instanceof Socket ? openOn(socket) : []
    const refuse = (): void => writeRefusal(socket, answerTo(error.code))
    // Answers to earlier requests of a pipeline come first, or this one would be taken for theirs.
    const earlier = responses.filter(({ req }) => req.complete).at(-1)
    if (responses.some(({ req, headersSent }) => !req.complete && headersSent)) socket.destroy()
    else if (earlier) earlier.once('close', refuse)
    else refuse()
  })

  await once(server.listen(port, '127.0.0.1'), 'listening')
  const address = server.address()
  const listeningPort = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://127.0.0.1:${listeningPort}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

const answerTo = (code: string | undefined): Answer => {
  if (code === 'HPE_HEADER_OVERFLOW') return authError('invalid_argument', 'the headers are too large', 431)
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return authError('deadline_exceeded', 'the request is too slow', 408)
  return authError('invalid_argument', 'the request is not valid HTTP')
}

const writeRefusal = (socket: Duplex, { status, body }: Answer): void => {
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

function destroyIt(this: ServerResponse): void {
  this.destroy()
}
