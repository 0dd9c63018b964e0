import type { Client, Middleware } from 'openapi-fetch'
import { assertArgument } from '../errors/assert.ts'
import { describeValue } from '../errors/plain-text.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import { operations } from '../generated/operations.ts'
import type { paths } from '../generated/schema.ts'
import type { Answer } from '../request/answer.ts'
import { startDeadline } from '../request/deadline.ts'
import type { Send } from '../request/send.ts'
import type { AuthApi } from './auth-client.ts'
import { callService, createApiClient } from './service.ts'

/** What the api needs of its client, asked for at the first call. */
export interface ApiConnection {
  readonly serviceUrl: string
  readonly send: Send
}

/** The options of a call that are looked at here. */
interface ApiInit {
  readonly baseUrl?: unknown
  readonly fetch?: unknown
  readonly parseAs?: unknown
  readonly headers?: RequestInit['headers'] | null
  readonly params?: { readonly header?: Record<string, string> }
}

/** openapi-fetch's client without the types that tie each path to its options: for a path that is known at run time only. */
interface UntypedClient {
  request(method: string, path: string, init: object): Promise<unknown>
}

// The methods after which a request may be repeated: RFC 9110 section 9.2.2.
const idempotentMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']

/** Creates `auth.api`. Nothing is looked up before its first call. */
export function createApi(connect: () => ApiConnection, timeoutMs: number): AuthApi {
  let made: Client<paths> | undefined

  function client(): Client<paths> {
    const hasRequest = typeof globalThis.Request === 'function'
    assertArgument('api', hasRequest, 'needs the class Request of the platform, which is missing here')
    return (made ??= createApiClient(connect().serviceUrl))
  }

  async function call(method: string, path: string, init: ApiInit): Promise<unknown> {
    const operation = findOperation(method, path)
    for (const name of ['baseUrl', 'fetch'] as const)
      assertArgument(name, init[name] === undefined, 'is an option of the client, not of a call of its api')
    const { parseAs = 'json' } = init
    const isRead = parseAs === 'json' || parseAs === 'text'
    assertArgument('parseAs', isRead, `must be "json" or "text", not ${describeValue(parseAs)}`)
    for (const headers of [init.headers, init.params?.header])
      assertArgument('headers', canBeSent(headers), 'hold a name or a value that cannot be sent')
    const { serviceUrl, send } = connect()
    const sendBuilt = async (request: Request): Promise<Answer> => {
      const { url, keepalive, signal } = request
      const headers: Record<string, string> = {}
      request.headers.forEach((value, name) => (headers[name] = value))
      const body = (await request.text()) || null
      return send({
        operation,
        method,
        path,
        url,
        headers,
        body,
        keepalive,
        secret: [headers['authorization'], body, url.split('?')[1]].join(),
        isRepeatable: idempotentMethods.includes(method),
        deadline: startDeadline(operation, timeoutMs, signal),
      })
    }
    const untyped = client() as UntypedClient
    return callService(serviceUrl, sendBuilt, (fetch) => untyped.request(method, path, { ...init, fetch }))
  }

  const api: Record<string, unknown> = {
    request: (method: unknown, path: string, init?: ApiInit | null) =>
      call(String(method).toUpperCase(), path, init ?? {}),
    use: (...middleware: Middleware[]) => client().use(...middleware),
    eject: (...middleware: Middleware[]) => client().eject(...middleware),
  }
  for (const method of [...idempotentMethods, 'POST', 'PATCH'])
    api[method] = (path: string, init?: ApiInit | null) => call(method, path, init ?? {})
  // The types of openapi-fetch tie each path to its options and data; these functions hand on what they are given.
  return api as unknown as AuthApi
}

function findOperation(method: string, path: unknown): keyof typeof operations {
  const names = Object.keys(operations) as (keyof typeof operations)[]
  const found = names.find((name) => operations[name].method === method && operations[name].path === path)
  // Neither its query, nor a part that may be a token.
  const shown = describeValue(String(path).replace(/\?.*|[^/?]{33,}/g, '…'))
  assertArgument('path', found !== undefined, `must be a path of the spec for ${method}, not ${shown}`)
  return found
}

/** Refuses what cannot stand in a header, because the platform's own error would quote it, and with it the token. */
function canBeSent(headers: RequestInit['headers'] | null): boolean {
  return orUndefined(() => new Headers(headers ?? undefined)) !== undefined
}
