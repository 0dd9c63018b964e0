import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'

/** Writes an answer as the service does: JSON with its length, and a request id. */
export const sendAnswer = (
  response: ServerResponse,
  answer: Answer,
  headers: Record<string, string>,
): void => {
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body)
  response.writeHead(answer.status, {
    ...headers,
    ...(text && { 'content-type': 'application/json' }),
    ...(answer.status !== 204 && { 'content-length': String(Buffer.byteLength(text)) }),
    ...answer.headers,
  })
  response.end(text)
}
