import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { fieldsOf } from '../options/assert-fields.ts'
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

/** Tells whether a request announces a body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

/** What the body of a request says, or the answer to one that cannot be read. */
export interface Content {
  readonly body?: unknown
  readonly refusal?: Answer
}

/** Reads a body to its end, or to its limit; rejects when the caller goes away. */
export const readContent = async (message: IncomingMessage): Promise<Content> => {
  const bytes = await readBody(message)
  if (!bytes) return { refusal: tooLarge }
  // A GET has no use for a body, so it takes any.
  return message.method === 'GET' ? {} : parse(bytes)
}

/** Puts together what arrived. */
export const createArrival = (
  { method = '', headers }: IncomingMessage,
  path: string,
  search: string,
  requestId: string,
  { body, refusal }: Content,
): Arrival => {
  const { authorization = '' } = headers
  const scheme = /^Bearer +(?=.)/i.exec(authorization)?.[0]
  const bearer = scheme && authorization.slice(scheme.length)
  return { method, path, search, requestId, headers, body, refusal, bearer }
}

/** Lists every credential that a request names, in Authorization or in its body. */
export const credentialsOf = ({ bearer, body }: Arrival): readonly string[] => {
  const fields = fieldsOf(body)
  return [...new Set([bearer, fields.get('token'), fields.get('refresh_token')].filter(isToken))]
}

const readBody = async (message: IncomingMessage): Promise<Buffer | undefined> => {
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
const parse = (bytes: Buffer): Content => {
  if (bytes.length === 0) return {}
  try {
    return { body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return { refusal: malformed }
  }
}

const isToken = (value: unknown): value is string => typeof value === 'string' && value !== ''
