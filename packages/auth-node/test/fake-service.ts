import { createHash } from 'node:crypto'
import { createFakeService, type FakeService } from '@tokenward/test-kit/fake-service'
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

interface NodeFakeService extends FakeService {
  readonly auth: AuthClient
  /** Whose the tokens are that name no user. */
  subject: string
}

/** A service in which every token is alive until it is revoked, and belongs to the user that it names, or to `subject`. */
export function fakeService(): NodeFakeService {
  const claimsOf = (token: string): Omit<ActiveToken, 'active'> => ({
    sub: readTokenSubject(token) ?? service.subject,
    client_id: 'shop',
    scope: 'user',
  })
  const service = Object.assign(createFakeService(claimsOf), { subject: '42' })
  const auth = createAuthClient({ env: 'shop', maxRetries: 0, fetch: service.fetch })
  // Asked without core, so that what core knows of revocations cannot hide a fault of the verifier.
  const verifyToken: AuthClient['withResponse']['verifyToken'] = async (token, options) => {
    const response = await service.fetch(`${auth.serviceUrl}/auth/v1/token/introspect`, {
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
      body: null,
      redirect: 'manual',
      signal: options?.signal ?? new AbortController().signal,
    })
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
