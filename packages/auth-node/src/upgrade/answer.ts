import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Refusal } from '../guards/authenticate.ts'
import { readProtocols } from '../guards/from-web-socket-protocol.ts'
import { destroyLater } from './end-with-session.ts'

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** These belong to the connection, and not to the application. */
const framing: ReadonlySet<string> = new Set(['connection', 'content-length', 'transfer-encoding'])

/** @throws {TypeError} for a name or a value that would end the header early, and begin another one */
function toLine([name, value]: readonly [string, string]): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    throw new TypeError('onChallenge has returned a header that cannot be sent')
  return `${name}: ${value}`
}

/** Answers an upgrade with a response of HTTP, which `node:http` leaves to the listener, and closes the connection. */
export function answerUpgrade(
  socket: Duplex,
  { status, headers, body }: Omit<Refusal, 'status'> & { status: number },
): void {
  const own = Object.entries(headers).filter(([name]) => !framing.has(name))
  const length = Buffer.byteLength(body)
  const lines = [...own, ['connection', 'close'] as const, ['content-length', String(length)] as const].map(
    toLine,
  )
  // `end` closes this side alone: a client that keeps its own side open would stay for ever, and one that does not read as well.
  socket.once('finish', () => socket.destroy())
  destroyLater(socket)
  // What the client goes on sending must not reset the connection before the answer is read.
  socket.resume()
  socket.end([`HTTP/1.1 ${status} ${phrases[status] ?? ''}`, ...lines, '', body].join('\r\n'))
}

/**
 * Takes the token out of the list of protocols, so that no server chooses it, which would send it back, and no handler sees it. The page
 * is satisfied with `bearer`, or with another protocol that it has listed.
 */
export function hideToken({ headers, rawHeaders }: IncomingMessage, token: string): void {
  const name = 'sec-websocket-protocol'
  const { tokens, protocols } = readProtocols(headers[name] ?? '')
  if (!tokens.includes(token)) return
  headers[name] = protocols.join(', ')
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === name) rawHeaders[index + 1] = headers[name]
}
