import { createHash } from 'node:crypto'
import { mintToken } from '@tokenward/test-kit/tokens'
import {
  type ActiveToken,
  AuthApiError,
  type AuthClient,
  createAuthClient,
  readTokenSubject,
  type VerifyTokenResult,
} from '../src/index.ts'

/** A token that names no user, with an end of its own where one is given. */
export const mint = (exp?: number): string => mintToken({ sub: undefined, exp })

/** The key that the servers of a fleet call a token by, made here a second time. */
export const keyOf = (token: string): string => createHash('sha256').update(token).digest('base64')

interface FakeService {
  readonly auth: AuthClient
  /** The operation of each request, in order. */
  readonly requests: ('verify' | 'revoke')[]
  /** Tokens that the service calls dead. */
  readonly dead: Set<string>
  /** Whose the tokens are that name no user. */
  subject: string
  /** `true` answers each request with 503. */
  isDown: boolean
  /** While set, requests wait here; each function lets one go on. */
  held: (() => void)[] | undefined
}

/** A service in which every token is alive until it is revoked, and belongs to the user that it names, or to `subject`. */
export function fakeService(): FakeService {
  const service: Omit<FakeService, 'auth'> = {
    requests: [],
    dead: new Set(),
    subject: '42',
    isDown: false,
    held: undefined,
  }
  async function answer(
    operation: 'verify' | 'revoke',
    token: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    service.requests.push(operation)
    const json = (value: unknown, status = 200): Response =>
      Response.json(value, { status, headers: { 'x-request-id': `request-${service.requests.length}` } })
    if (service.isDown) return json({ error: 'unavailable', error_code: 14 }, 503)
    if (operation === 'revoke') service.dead.add(token)
    // The verdict is the service's from here on; only its way back takes time.
    const isDead = operation === 'revoke' || service.dead.has(token)
    const sub = readTokenSubject(token) ?? service.subject
    const response = json(isDead ? {} : { sub, client_id: 'shop', scope: 'user' })
    if (service.held) {
      await new Promise<void>((resolve, reject) => {
        service.held?.push(resolve)
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    }
    return response
  }
  const auth = createAuthClient({
    env: 'shop',
    maxRetries: 0,
    fetch: (_url, { headers, signal }) =>
      answer('revoke', (headers['authorization'] ?? '').slice('Bearer '.length), signal),
  })
  // Asked without core, so that what core knows of revocations cannot hide a fault of the verifier.
  const verifyToken: AuthClient['withResponse']['verifyToken'] = async (token, options) => {
    const response = await answer('verify', token, options?.signal)
    const { status, headers } = response
    const requestId = headers.get('x-request-id') ?? undefined
    if (status !== 200) throw new AuthApiError('verifyToken', { status, error: 'unavailable', requestId })
    const claims = (await response.json()) as Omit<ActiveToken, 'active'>
    const data: VerifyTokenResult = claims.sub
      ? { ...claims, active: true }
      : { active: false, reason: 'rejected' }
    return { data, response: { status, headers, requestId } }
  }
  return Object.assign(service, { auth: { ...auth, withResponse: { ...auth.withResponse, verifyToken } } })
}
