import type { DistrustReason } from './errors.ts'
import { quietly } from './quietly.ts'

/** Answers of the service are some hundred bytes long; more than this is not one. */
const maxBytes = 65_536

/** A body as JSON, or why it could not be read as such. JSON has no `undefined`, so `value` tells the two apart. */
export interface JsonBody {
  readonly value?: unknown
  readonly reason?: DistrustReason
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
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let left = maxBytes
  while (reader) {
    const { value } = await reader.read()
    left -= value?.length ?? 0
    const part = quietly(() => decoder.decode(value, { stream: !!value }))
    if (left < 0 || part === undefined) {
      // The peer may ignore the cancellation, so nobody waits for it.
      reader.cancel().catch(() => undefined)
      return { reason: left < 0 ? 'too_large' : 'not_utf8' }
    }
    text += part
    if (!value) break
  }
  return quietly(() => ({ value: JSON.parse(text) as unknown })) ?? { reason: 'not_json' }
}
