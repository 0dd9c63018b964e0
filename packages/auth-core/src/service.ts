import { createFinalURL, type ParamsOption, type RequestBodyOption } from 'openapi-fetch'
import type { Deadline } from './deadline.ts'
import { operations } from './generated/operations.ts'
import type { operations as Contract } from './generated/schema.ts'
import type { ClientSettings } from './options.ts'
import { type Answer, type FetchInit, send } from './send.ts'

/** One call of the user to one operation. */
export interface ServiceCall {
  readonly token: string
  readonly deadline: Deadline
  readonly keepalive: boolean
}

/**
 * Sends one operation of the spec, whose types say what it may carry, and resolves to what came over the wire.
 *
 * The types of a call and its URL are openapi-fetch's. Its client is left out: it would wrap each call in a `Request`, read each
 * answer without a bound, and make up two fifths of the bundle.
 *
 * @throws the errors of {@link send}
 */
export function callService<Name extends keyof Contract>(
  settings: ClientSettings,
  operation: Name,
  content: RequestBodyOption<Contract[Name]>,
  call: ServiceCall,
): Promise<Answer> {
  const { baseUrl, clientId, deviceId } = settings
  const { method, path } = operations[operation]
  const id = deviceId()
  const params: ParamsOption<Contract[Name]>['params'] = {
    query: clientId ? { client_id: clientId } : {},
    header: id ? { 'x-device-id': id } : {},
  }
  const body = content.body ? JSON.stringify(content.body) : null
  const init: FetchInit = {
    method,
    headers: {
      ...params.header,
      authorization: `Bearer ${call.token}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    body,
    signal: call.deadline.signal,
    redirect: 'manual',
    keepalive: call.keepalive,
  }
  const url = createFinalURL<Contract['verifyToken']>(path, {
    baseUrl,
    params,
    querySerializer: (query) => String(new URLSearchParams(query)),
    // Neither path has a parameter.
    pathSerializer: String,
  })
  return send(settings, operation, url, init, call)
}
