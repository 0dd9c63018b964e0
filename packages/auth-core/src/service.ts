import type { RequestBodyOption } from 'openapi-fetch'
import type { Deadline } from './deadline.ts'
import { AuthNetworkError } from './errors.ts'
import { operations } from './generated/operations.ts'
import type { operations as Contract } from './generated/schema.ts'
import type { ClientSettings } from './options.ts'
import { quietly } from './quietly.ts'
import { backoffMs, isRetryable } from './retry.ts'
import { type Answer, platformReason, sendOnce } from './send.ts'

type Parameters = Contract[keyof Contract]['parameters']

/** One call of the user to one operation. */
export interface ServiceCall extends Deadline {
  readonly token: string
  readonly keepalive: boolean
}

/**
 * Sends one operation of the spec, whose types say what it may carry, until an answer worth returning has come, tries are used up,
 * or the next pause would outlast the deadline. `Retry-After` decides the pause where it is sane.
 *
 * The types of a call are openapi-fetch's. Its client is left out: it would wrap each call in a `Request`, read each answer without
 * a bound, and make up two fifths of the bundle.
 *
 * @throws {AuthNetworkError} when the last try brought no answer
 * @throws the reason of the deadline's signal once that is aborted
 */
export async function callService<Name extends keyof Contract>(
  { baseUrl, clientId, deviceId, fetch, maxRetries, onRequest, onResponse }: ClientSettings,
  operation: Name,
  content: RequestBodyOption<Contract[Name]>,
  { token, signal, pause, keepalive }: ServiceCall,
): Promise<Answer> {
  const { method, path } = operations[operation]
  const query = { client_id: clientId ?? '' } satisfies Parameters['query']
  const url = baseUrl + path + (clientId ? `?${new URLSearchParams(query)}` : '')
  const id = deviceId()
  const body = content.body ? JSON.stringify(content.body) : null
  const headers = {
    ...(id && ({ 'x-device-id': id } satisfies Parameters['header'])),
    authorization: `Bearer ${token}`,
    ...(body && { 'content-type': 'application/json' }),
  }
  for (let attempt = 1; ; attempt += 1) {
    const event = { operation, method, path, attempt }
    quietly(() => onRequest?.(event))
    const startedAt = Date.now()
    let failure: unknown
    const init = { method, headers, body, signal, redirect: 'manual', keepalive } as const
    const answer = await sendOnce(fetch, url, init, token).catch((error: unknown) => {
      failure = error
      return undefined
    })
    const durationMs = Date.now() - startedAt
    quietly(() =>
      onResponse?.({ ...event, status: answer?.status, requestId: answer?.requestId, durationMs }),
    )
    signal.throwIfAborted()
    const isFinal = (answer && !isRetryable(answer.status)) || attempt > maxRetries
    if (isFinal || !(await pause(answer?.retryAfterMs ?? backoffMs(attempt)))) {
      if (answer) return answer
      throw new AuthNetworkError(operation, platformReason(failure))
    }
  }
}
