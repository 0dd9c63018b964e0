import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { authError, type Answer, type Arrival } from './answer.ts'

const bodyLimit = 64 * 1024

/** Takes over the caller's request id if it is a harmless one, else makes one of the same form. */
export const requestIdOf = (message: IncomingMessage): string => {
  const sent = message.headers['x-request-id']
  return typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : randomBytes(16).toString('hex')
}

/** Reads a request to its end, or resolves to the answer that refuses it; rejects when the caller goes away. */
export const readArrival = async (
  message: IncomingMessage,
  path: string,
  search: string,
  requestId: string,
): Promise<Arrival | Answer> => {
  const bytes = await readBody(message)
  if (!bytes) return authError('invalid_argument', `the body is larger than ${bodyLimit} bytes`, 413)
  const body = parse(bytes)
  if (body === malformed && message.method !== 'GET')
    return authError('invalid_argument', 'the body is not valid JSON')
  return {
    message,
    path,
    query: new URLSearchParams(search),
    requestId,
    body: body === malformed ? undefined : body,
    credentials: credentialsOf(message.headers.authorization, body),
  }
}

const readBody = async (message: IncomingMessage): Promise<Buffer | undefined> => {
  if (message.headers['content-length'] === undefined && message.headers['transfer-encoding'] === undefined)
    return Buffer.alloc(0)
  const chunks: Buffer[] = []
  let size = 0
  // The rest of a body that is too large is read and dropped by the server, so that its answer arrives.
  return new Promise((resolve, reject) => {
    message
      .on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > bodyLimit) resolve(undefined)
        else chunks.push(chunk)
      })
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('error', reject)
  })
}

const malformed = Symbol('malformed')

// Whatever the content type says: the vendor's own SDK sends JSON as text/plain.
const parse = (bytes: Buffer): unknown => {
  if (bytes.length === 0) return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return malformed
  }
}

const credentialsOf = (authorization: string | undefined, body: unknown): readonly string[] => {
  const bearer = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1]
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const named = fields
    .filter(([name]) => name === 'token' || name === 'refresh_token')
    .map(([, value]) => value)
  return [...new Set([bearer, ...named])].filter((value) => typeof value === 'string' && value !== '')
}
