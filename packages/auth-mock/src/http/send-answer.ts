import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'
import { hasBody } from './received-request.ts'

// How long the rest of a body may take to arrive when the request is refused before it was read.
const lingerMs = 1000

/** Writes an answer as the service does: JSON with its length. */
export function sendAnswer(
  response: ServerResponse,
  { status, body, headers: own }: Answer,
  headers: Readonly<Record<string, string>>,
): void {
  const text = body === undefined ? '' : JSON.stringify(body)
  const { req } = response
  const isRead = req.complete || !hasBody(req)
  const all: Record<string, string> = { ...headers }
  if (text) all['content-type'] = 'application/json'
  if (status !== 204) all['content-length'] = String(Buffer.byteLength(text))
  if (!isRead) all['connection'] = 'close'
  response.writeHead(status, Object.assign(all, own))
  if (isRead) return void response.end(text)
  // A connection that is closed at once is reset while the caller still sends, and the answer is lost with it.
  response.write(text)
  const end = (): void => void response.end()
  const timer = setTimeout(end, lingerMs)
  req.once('close', () => clearTimeout(timer)).once('end', end)
}
