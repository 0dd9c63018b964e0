import {
  createFinalURL,
  createQuerySerializer,
  type ParamsOption,
  type RequestBodyOption,
} from 'openapi-fetch'
import type { Deadline } from './deadline.ts'
import { operations } from './generated/operations.ts'
import type { operations as Contract } from './generated/schema.ts'
import type { ClientSettings } from './options.ts'
import { type Answer, send } from './send.ts'

/** One call of the user to one operation. */
export interface ServiceCall {
  readonly token: string
  readonly deadline: Deadline
  readonly keepalive: boolean | undefined
}

/**
 * Sends one operation of the spec, whose types say what it may carry, and resolves to what came over the wire.
 *
 * URL and query are openapi-fetch's. Its client is left out: it would wrap each call in a `Request`, read each answer without a
 * bound, and treble the size.
 *
 * @throws the errors of {@link send}
 */
export function callService<Name extends keyof Contract>(
  settings: ClientSettings,
  operation: Name,
  content: RequestBodyOption<Contract[Name]>,
  { token, deadline, keepalive }: ServiceCall,
): Promise<Answer> {
  const { baseUrl, clientId, deviceId } = settings
  const { method, path } = operations[operation]
  const id = deviceId()
  const params: ParamsOption<Contract[Name]>['params'] = {
    query: clientId === undefined ? {} : { client_id: clientId },
    header: id === undefined ? {} : { 'x-device-id': id },
  }
  const url = createFinalURL(path, {
    baseUrl,
    params,
    querySerializer: createQuerySerializer(),
    // Neither path has a parameter.
    pathSerializer: String,
  })
  const body = content.body && JSON.stringify(content.body)
  const headers: Record<string, string> = {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    ...params.header,
    ...(body && { 'content-type': 'application/json' }),
  }
  const init = { method: method.toUpperCase(), headers, signal: deadline.signal, redirect: 'manual' } as const
  const extras = { ...(body && { body }), ...(keepalive && { keepalive }) }
  return send(settings, { operation, token, url, init: { ...init, ...extras } }, deadline)
}
