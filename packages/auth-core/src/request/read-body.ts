import { assertArgument } from '../errors/assert.ts'
import type { ResponseErrorReason } from '../errors/answer-errors.ts'
import { describeValue } from '../errors/plain-text.ts'
import type { BodyStream, FetchResponse } from './fetch.ts'

/** Answers of the service are some hundred bytes long; a longer one comes from something else. */
const maxBytes = 65_536

// Made at the first use, because not every platform has it.
let strictDecoder: InstanceType<typeof TextDecoder> | undefined

/** A body as text, or why it could not be read as such. */
export interface BodyText {
  readonly text?: string
  readonly reason?: ResponseErrorReason
}

/**
 * Reads a body of at most 64 KiB as strict UTF-8.
 *
 * @throws {AuthConfigurationError} when `fetch` answered with a body that cannot be read, such as a stream of Node
 * @throws what the platform throws when the connection breaks
 */
export function readBody(response: FetchResponse): Promise<BodyText> {
  const { body } = response
  if (body !== undefined) return readStream(body)
  return typeof response.bytes === 'function' ? readBytes(response.bytes()) : readText(response)
}

async function readBytes(answered: Promise<unknown>): Promise<BodyText> {
  const bytes = await answered
  // Not `instanceof`, because the bytes may come from another realm.
  const { byteLength } = Object(bytes) as Partial<Uint8Array>
  assertReadable(byteLength !== undefined)
  return byteLength > maxBytes ? { reason: 'too_large' } : toText([bytes as Uint8Array])
}

async function readText(response: FetchResponse): Promise<BodyText> {
  assertReadable(typeof response.text === 'function')
  const text: unknown = await response.text()
  assertArgument('fetch', typeof text === 'string', `must answer with text, not ${describeValue(text)}`)
  if (text.length > maxBytes) return { reason: 'too_large' }
  // The mark that a lenient decoder leaves where the bytes were no UTF-8.
  return text.includes('\uFFFD') ? { reason: 'not_json' } : { text }
}

function assertReadable(isReadable: boolean): asserts isReadable {
  assertArgument('fetch', isReadable, 'must answer with bytes(), text() or a body with getReader()')
}

async function readStream(body: BodyStream | null): Promise<BodyText> {
  if (!body) return {}
  assertReadable(typeof body.getReader === 'function')
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let left = maxBytes
  for (;;) {
    const { value } = await reader.read()
    if (!value) break
    // An empty chunk counts as well, because a peer can send those forever.
    left -= value.byteLength || 1
    if (left < 0) {
      // Not awaited, because the peer may ignore it.
      reader.cancel().catch(() => undefined)
      return { reason: 'too_large' }
    }
    chunks.push(value)
  }
  return toText(chunks)
}

/** @throws {AuthConfigurationError} when the platform cannot decode bytes */
function toText(chunks: readonly Uint8Array[]): BodyText {
  const hasDecoder = typeof TextDecoder === 'function'
  assertArgument('fetch', hasDecoder, 'must answer with text(): there is no TextDecoder')
  try {
    return { text: decode(chunks) }
  } catch {
    return { reason: 'not_json' }
  }
}

/** @throws {TypeError} for what is no UTF-8 */
function decode(chunks: readonly Uint8Array[]): string {
  strictDecoder ??= new TextDecoder('utf-8', { fatal: true })
  // One chunk is the rule, and a decoder that keeps its state between chunks is several times as slow.
  if (chunks.length <= 1) return strictDecoder.decode(chunks[0])
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
}
