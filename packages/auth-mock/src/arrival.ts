import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { fieldsOf } from './assert-fields.ts'
import { authError, type Answer, type Arrival } from './answer.ts'

const bodyLimit = 64 * 1024

// Random where it tells mocks apart, counted within one.
const idPrefix = randomBytes(10).toString('hex')
let ids = 0

/** Makes an id in the form of the vendor's SDK: 32 hexadecimal digits. */
export const newRequestId = (): string => idPrefix + (ids += 1).toString(16).padStart(12, '0')

/** Takes over the caller's request id if it is a harmless one, else makes one of the same form. */
export const requestIdOf = (message: IncomingMessage): string => {
  const sent = message.headers['x-request-id']
  return typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : newRequestId()
}

/** Reads a request to its end, or to the limit of its body; rejects when the caller goes away. */
export const readArrival = async (
  message: IncomingMessage,
  path: string,
  search: string,
  requestId: string,
): Promise<Arrival> => {
  const bytes = await readBody(message)
  // A GET has no use for a body, so it takes any.
  const { body, refusal } = !bytes ? { refusal: tooLarge } : message.method === 'GET' ? {} : parse(bytes)
  const bearer = /^Bearer +(.+)$/i.exec(message.headers.authorization ?? '')?.[1]
  return {
    message,
    path,
    search,
    requestId,
    body,
    refusal,
    bearer,
    credentials: credentialsIn(bearer, body),
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

const tooLarge = authError('invalid_argument', `the body is larger than ${bodyLimit} bytes`, 413)
const malformed = authError('invalid_argument', 'the body is not valid JSON')

// Whatever the content type says: the vendor's own SDK sends JSON as text/plain.
const parse = (bytes: Buffer): { body?: unknown; refusal?: Answer } => {
  if (bytes.length === 0) return {}
  try {
    return { body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return { refusal: malformed }
  }
}

const isToken = (value: unknown): value is string => typeof value === 'string' && value !== ''

const credentialsIn = (bearer: string | undefined, body: unknown): readonly string[] => {
  if (body === undefined) return bearer === undefined ? [] : [bearer]
  const fields = fieldsOf(body)
  return [...new Set([bearer, fields.get('token'), fields.get('refresh_token')].filter(isToken))]
}
