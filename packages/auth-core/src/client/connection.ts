import type { Client } from 'openapi-fetch'
import { readOptions } from '../errors/read-options.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import type { paths } from '../generated/schema.ts'
import type { Fetch } from '../request/fetch.ts'
import { createSend, type Send } from '../request/send.ts'
import { assertArgument } from '../errors/assert.ts'
import {
  type AuthClientOptions,
  assertDeviceId,
  assertOptions,
  authClientOptionNames,
  findServiceUrl,
  type NameOfOption,
} from './options.ts'
import { createServiceClient } from './service.ts'

/** Where a wrapper finds options that were not given, such as the environment variables of a server. */
export interface OptionSource {
  /** Completes the options that were given. Asked once, at the first use of the client, so that a build needs no variables. */
  readonly complete: (given: AuthClientOptions) => AuthClientOptions
  /** How messages name an option that the source completes: `TOKENWARD_ENV` for `env`, say; the option itself where it does not. */
  readonly nameOf: NameOfOption
}

/** A client's way to its service, once all options are known. */
export interface Connection {
  readonly clientId: string | undefined
  readonly serviceUrl: string
  /** openapi-fetch's client, whose calls bring their own `fetch`. */
  readonly service: Client<paths>
  readonly send: Send
  /** The headers of a request about a token. */
  readonly headersFor: (token: string) => Record<string, string>
}

/**
 * Ties a client to its service.
 *
 * @throws {AuthConfigurationError} when an option that the source completes cannot be used, `env` and `baseUrl` are both missing,
 * or the platform has no `fetch` and none is given
 */
export function connect(given: AuthClientOptions, source?: OptionSource): Connection {
  const options = source ? completeOptions(given, source) : given
  const { env, deviceId, fetch = usePlatformFetch(), maxRetries = 2, onRequest, onResponse } = options
  const clientId = options.clientId || undefined
  const query = clientId ? { client_id: clientId } : {}
  const serviceUrl = spell(findServiceUrl(options, source ? source.nameOf : String))
  return {
    clientId: clientId ?? env,
    serviceUrl,
    service: createServiceClient(serviceUrl, query),
    send: createSend({ fetch, maxRetries, onRequest, onResponse }),
    headersFor(token) {
      const authorization = `Bearer ${token}`
      return deviceId ? { 'x-device-id': readDeviceId(deviceId), authorization } : { authorization }
    },
  }
}

function completeOptions(given: AuthClientOptions, { complete, nameOf }: OptionSource): AuthClientOptions {
  const options = readOptions('createAuthClient', complete(given), authClientOptionNames)
  assertOptions(options, nameOf)
  return options
}

/**
 * Sends requests by the platform's `fetch`. Looked up again at each request, so that an agent or a test may replace it later.
 *
 * @throws {AuthConfigurationError} when the platform has none
 */
function usePlatformFetch(): Fetch {
  const find = (): Fetch => {
    const { fetch } = globalThis
    assertArgument('fetch', typeof fetch === 'function', 'is required: this platform has none of its own')
    return fetch
  }
  find()
  return (url, init) => find()(url, init)
}

function readDeviceId(deviceId: string | (() => string)): string {
  const id = typeof deviceId === 'function' ? orUndefined(deviceId) : deviceId
  assertDeviceId(id)
  return id
}

/** Spells an address as the platform does, where it has a class for it: the host in small letters, without a default port. */
function spell(url: string): string {
  return (orUndefined(() => new URL(url).href) ?? url).replace(/\/*$/, '')
}
