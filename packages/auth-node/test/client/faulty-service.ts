// A mock that is about to fail, and the clients that have to cope with it.
import { inspect } from 'node:util'
import {
  createAuthClient as createCoreClient,
  isAuthError,
  type AuthClient,
  type AuthClientOptions,
} from '@tokenward/auth-core'
import { startAuthMock, type AuthMock, type Fault } from '@tokenward/auth-mock'
import { expect } from 'vitest'
import { createAuthClient } from '../../src/index.ts'

type Create = typeof createCoreClient
export type Operation = 'verifyToken' | 'revokeToken'
export type Method = Operation | 'revokeAndVerifyToken'

export const clients: readonly (readonly [name: string, create: Create])[] = [
  ['auth-node', createAuthClient],
  ['auth-core over fetch', createCoreClient],
]

export const active = { active: true, token_type: 'Bearer', client_id: 'mock-env', sub: '42', scope: 'user' }
export const rejected = { active: false, reason: 'rejected' }

const requestId: unknown = expect.any(String)
export const told: object = { description: 'the mock was told to fail', requestId }
export const api = (status: number, fields?: object): object => ({
  code: 'api',
  status,
  requestId,
  ...fields,
})
export const distrusted = (reason: string, status = 200): object => ({
  code: 'response',
  status,
  reason,
  requestId,
})
const timeout = { code: 'timeout', timeoutMs: 200 }

export interface FaultyService extends AsyncDisposable {
  readonly auth: AuthClient
  readonly mock: AuthMock
  /** A live token. */
  readonly token: string
  /** What becomes of that token: the result, or the fields of the typed error, which never holds the token. */
  readonly verdict: (method: Method) => Promise<object>
}

/** Starts a mock, and a client that tries once unless the options say otherwise. */
export async function startFaulty(
  create: Create,
  options?: Partial<AuthClientOptions>,
): Promise<FaultyService> {
  const mock = await startAuthMock()
  const token = mock.issueToken({ sub: '42', scope: 'user', signed: false })
  const auth = create({ baseUrl: mock.url, maxRetries: 0, ...options })
  return {
    auth,
    mock,
    token,
    verdict: async (method) =>
      auth[method](token).catch((error: unknown) => {
        if (!isAuthError(error)) throw error
        expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(token)
        return Object.fromEntries(Object.entries(error))
      }),
    [Symbol.asyncDispose]: async () => mock.close(),
  }
}

/** Faults of every kind, each with the error that it must end in. */
export const faults: readonly (readonly [name: string, fault: Fault, expected: object])[] = [
  ['a delay beyond the deadline', { delayMs: 60_000 }, timeout],
  ['jitter beyond the deadline', { delayMs: 1_000, jitterMs: 60_000, seed: 7 }, timeout],
  ['an HTML 502', { body: 'html' }, api(502)],
  ['an HTML 200', { body: 'html', status: 200 }, distrusted('not_json')],
  ['an empty 200', { body: 'none' }, distrusted('not_json')],
  ['an empty 204', { body: 'none', status: 204 }, distrusted('not_json', 204)],
  ['truncated JSON', { body: 'truncated_json' }, distrusted('not_json')],
  ['invalid JSON', { body: 'invalid_json' }, distrusted('not_json')],
  ['invalid UTF-8', { body: 'invalid_utf8' }, distrusted('not_json')],
  ['10 MB', { body: 'huge' }, distrusted('too_large')],
  ['a slow drip', { json: active, transport: 'drip' }, timeout],
  ['stalled headers', { transport: 'stall' }, timeout],
  ['a reset within the body', { transport: 'reset' }, { code: 'network', reason: expect.any(String) }],
  [
    'an error with status 200',
    { json: { error: 'internal', error_code: 13 } },
    api(200, { error: 'internal', errorCode: 13 }),
  ],
  [
    'MISSING_CREDENTIALS',
    { gatewayCode: 'MISSING_CREDENTIALS' },
    api(401, { ...told, error: 'MISSING_CREDENTIALS' }),
  ],
]
