import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isBearerToken } from '@tokenward/auth-core'
import { fieldOf } from '../options/field-of.ts'
import { authError, type Answer } from './answer.ts'

/** The longest body that is read, in bytes. */
export const bodyLimit: number = 64 * 1024

/** One request, read to its end. */
export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  /** The query, without its question mark. */
  readonly search: string
  readonly requestId: string
  readonly headers: IncomingHttpHeaders
  /** The body as it arrived. */
  readonly bytes: Buffer
  /** The parsed body; `undefined` when it was empty or unreadable. */
  readonly body: unknown
  /** The answer to a body that cannot be read. */
  readonly refusal: Answer | undefined
  /** The bearer token in Authorization, where it has the syntax of one. */
  readonly bearer: string | undefined
  /** Whether Authorization names the scheme Bearer with text that is no bearer token, such as `Bearer a b`. */
  readonly hasMalformedBearer: boolean
}

// The beginning is random and tells mocks apart, the end is counted within one.
const idPrefix = randomBytes(10).toString('hex')
let ids = 0

/** Makes an id in the form of the vendor's SDK: 32 hexadecimal digits. */
export function newRequestId(): string {
  ids += 1
  return idPrefix + ids.toString(16).padStart(12, '0')
}

/** Takes over the caller's request id if it is a harmless one, else makes one of the same form. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const sent = headers['x-request-id']
  return typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : newRequestId()
}

/** Tells whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}

/** The body of a request, or the answer to one that cannot be read. */
export interface Content {
  readonly bytes: Buffer
  readonly body?: unknown
  readonly refusal?: Answer
}

const noBytes = Buffer.alloc(0)

/** The content of a request without a body. */
export const noContent: Content = { bytes: noBytes }

/** Reads a body to its end, or to its limit; rejects when the caller goes away. */
export async function readContent(message: IncomingMessage): Promise<Content> {
  const bytes = await readBytes(message)
  if (!bytes) return { bytes: noBytes, refusal: tooLarge }
  // A GET has no use for a body, so it takes any.
  if (message.method === 'GET') return noContent
  try {
    return { bytes, body: parseBody(bytes) }
  } catch {
    return { bytes: noBytes, refusal: malformed }
  }
}

/**
 * Parses a body as JSON, with any content type: the vendor's own SDK sends JSON as text/plain.
 *
 * @returns `undefined` for an empty body
 * @throws {SyntaxError} when it is not JSON
 * @throws {TypeError} when it is not UTF-8
 */
export function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
}

/** Puts together the parts of a request. */
export function createReceivedRequest(
  { method = '', headers }: IncomingMessage,
  path: string,
  search: string,
  requestId: string,
  { bytes, body, refusal }: Content,
): ReceivedRequest {
  const { authorization = '' } = headers
  const scheme = /^Bearer +(?=.)/i.exec(authorization)?.[0]
  const named = scheme && authorization.slice(scheme.length)
  const bearer = named && isBearerToken(named) ? named : undefined
  const hasMalformedBearer = named !== undefined && bearer === undefined
  return { method, path, search, requestId, headers, bytes, body, refusal, bearer, hasMalformedBearer }
}

/** Lists every credential that a request names, in Authorization or in its body. */
export function credentialsOf({ bearer, body }: Pick<ReceivedRequest, 'bearer' | 'body'>): readonly string[] {
  const named = [bearer, fieldOf(body, 'token'), fieldOf(body, 'refresh_token')]
  return [...new Set(named.filter(isToken))]
}

async function readBytes(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  // The server reads and drops the rest of a body that is too large, so that its answer arrives.
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

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
