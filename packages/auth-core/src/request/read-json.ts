import type { ResponseErrorReason } from '../errors/errors.ts'
import { orUndefined } from '../errors/or-undefined.ts'

/** Answers of the service are some hundred bytes long; more than this is not one. */
const maxBytes = 65_536

/** A body as JSON, or why it could not be read as such. JSON has no `undefined`, so `value` tells the two apart. */
export interface JsonBody {
  readonly value?: unknown
  readonly reason?: ResponseErrorReason | undefined
}

/** The part of a `Response` that is read here, so that a platform can answer with something lighter. */
export interface BodyStream {
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
      cancel(): Promise<void>
    }
  } | null
}

/**
 * Reads a body of at most 64 KiB of strict UTF-8 as JSON. Never passes on a parser's message, because that quotes the body.
 *
 * @throws what the platform throws when the connection breaks
 */
export async function readJsonBody(response: BodyStream): Promise<JsonBody> {
  const reader = response.body?.getReader()
  const chunks: Uint8Array[] = []
  let left = maxBytes
  for (let value: Uint8Array | undefined; (value = (await reader?.read())?.value); chunks.push(value)) {
    left -= value.byteLength || 1
    if (left < 0) {
      // The peer may ignore the cancellation, so nobody waits for it.
      reader?.cancel().catch(() => undefined)
      return { reason: 'too_large' }
    }
  }
  // After the last read, because a decoder that must keep its state is several times as slow, and one chunk is the rule.
  const read = (): JsonBody => {
    const decoder = new TextDecoder(undefined, { fatal: true })
    const text = chunks.map((chunk, index) => decoder.decode(chunk, { stream: index < chunks.length - 1 }))
    return { value: JSON.parse(text.join('')) as unknown }
  }
  return orUndefined(read) ?? { reason: 'not_json' }
}
