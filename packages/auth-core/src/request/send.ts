import { createFinalURL, type RequestBodyOption } from 'openapi-fetch'
import type { Deadline } from '../client/deadline.ts'
import { AuthNetworkError } from '../errors/errors.ts'
import { operations } from '../generated/operations.ts'
import type { operations as Contract } from '../generated/schema.ts'
import { type AuthClientOptions, readServiceUrl } from '../client/options.ts'
import { assertArgument, assertRange } from '../errors/assert.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import { redact } from '../errors/redact.ts'
import { backoffMs } from './backoff.ts'
import { type Answer, sendOnce } from './send-once.ts'

type Parameters = Contract[keyof Contract]['parameters']

/** What a `fetch` may throw: anything; the platforms put their word for it here. */
interface PlatformFailure {
  readonly code?: unknown
  readonly cause?: { readonly code?: unknown }
}

/** One call of the user to one operation. */
export interface ServiceCall extends Deadline {
  readonly token: string
  readonly keepalive: boolean
}

/**
 * Sends one operation of the spec, whose types say what it may carry, until an answer worth returning has come, tries are used
 * up, or the next pause would outlast the deadline. `Retry-After` decides the pause where it is sane.
 *
 * The types of a call and its URL are openapi-fetch's. Its client is left out: it would wrap each call in a `Request`, read each answer
 * without a bound, and make up two fifths of the bundle.
 *
 * @throws {AuthNetworkError} when the last try brought no answer
 * @throws the reason of the deadline's signal once that is aborted
 */
export type Send = <Name extends keyof Contract>(
  operation: Name,
  content: RequestBodyOption<Contract[Name]>,
  call: ServiceCall,
) => Promise<Answer>

/**
 * Ties the service to the options that concern it.
 *
 * @throws {AuthConfigurationError} for the first option that cannot be used
 */
export function createSend(options: AuthClientOptions): Send {
  const { clientId, deviceId, fetch = (url, init) => globalThis.fetch(url, init), maxRetries = 2 } = options
  const readDeviceId = (): string => {
    const id = typeof deviceId === 'function' ? orUndefined(deviceId) : deviceId
    assertArgument(
      'deviceId',
      typeof id === 'string' && /^[!-~]{1,128}$/.test(id),
      'must be 1 to 128 visible characters',
    )
    return id
  }
  if (typeof deviceId === 'string') readDeviceId()
  assertArgument('fetch', typeof fetch === 'function', 'must be a function')
  assertRange('maxRetries', maxRetries, 0, 10)
  const baseUrl = readServiceUrl(options)
  const query = `${new URLSearchParams(clientId ? ({ client_id: clientId } satisfies Parameters['query']) : '')}`

  return async (operation, content, { token, signal, pause, keepalive }) => {
    const { method, path } = operations[operation]
    const url = createFinalURL<Contract['verifyToken']>(path, {
      baseUrl,
      params: {},
      querySerializer: () => query,
      // Neither path has a parameter.
      pathSerializer: String,
    })
    const body = (JSON.stringify(content.body) as string | undefined) ?? null
    const headers = {
      ...(deviceId && ({ 'x-device-id': readDeviceId() } satisfies Parameters['header'])),
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json' }),
    }
    for (let attempt = 1; ; attempt += 1) {
      const event = { operation, method, path, attempt }
      orUndefined(() => options.onRequest?.(event))
      const startedAt = Date.now()
      let failure: PlatformFailure = {}
      const init = { method, headers, body, signal, redirect: 'manual', keepalive } as const
      const answer = await sendOnce(fetch, url, init, token).catch((error: PlatformFailure) => {
        failure = error
        return undefined
      })
      orUndefined(() =>
        options.onResponse?.({
          ...event,
          status: answer?.status,
          requestId: answer?.requestId,
          durationMs: Date.now() - startedAt,
        }),
      )
      signal.throwIfAborted()
      // Those after which the same request may well succeed; both operations are safe to repeat.
      const isFinal = (answer && ![408, 429, 502, 503, 504].includes(answer.status)) || attempt > maxRetries
      if (isFinal || !(await pause(answer?.retryAfterMs ?? backoffMs(attempt)))) {
        if (answer) return answer
        const word = orUndefined(() => failure.cause?.code ?? failure.code)
        throw new AuthNetworkError(operation, redact(word, token))
      }
    }
  }
}
