import { describeKind } from '../errors/plain-text.ts'
import { assertArgument } from '../errors/assert.ts'
import { type Answer, createAnswer } from './answer.ts'
import type { Fetch, FetchInit, FetchResponse } from './fetch.ts'
import { readBody } from './read-body.ts'

/**
 * Sends a request once and reads the answer to its end.
 *
 * @throws {AuthConfigurationError} when `fetch` resolves to what is no response
 * @throws what `fetch` throws, and what the platform throws when the connection breaks
 */
export async function sendOnce(fetch: Fetch, url: string, init: FetchInit): Promise<Answer> {
  const response = await fetch(url, init)
  assertResponse(response)
  const { text = '', reason } = await readBody(response)
  return createAnswer(response, url, text, reason)
}

function assertResponse(response: unknown): asserts response is FetchResponse {
  const { status, headers } = Object(response) as { status?: unknown; headers?: { get?: unknown } }
  const isResponse = typeof status === 'number' && typeof headers?.get === 'function'
  assertArgument('fetch', isResponse, `must resolve to a response, not ${describeKind(response)}`)
}
