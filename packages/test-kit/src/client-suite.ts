import { describe, expect, test } from 'vitest'
import { forgeToken } from './tokens.ts'

/** The mock as the suite sees it, in the same process or over HTTP. */
export interface SuiteMock {
  /** Where the client finds it, directly or through Prism. */
  readonly url: string
  readonly issueToken: (options: { sub: string; scope?: string; expiresIn?: number }) => Promise<string>
}

/** The part of a client that the suite calls. */
export interface SuiteClient {
  verifyToken(token: string): Promise<object>
  revokeToken(token: string): Promise<object>
  revokeAndVerifyToken(token: string): Promise<object>
  readonly withResponse: {
    verifyToken(token: string): Promise<{ readonly response?: { readonly status: number } | undefined }>
  }
}

/** The options that the suite gives to a client. */
export interface SuiteClientOptions {
  readonly baseUrl: string
  readonly clientId?: string
  readonly clockToleranceMs?: number
}

/**
 * Tests what every client package must do against a server that keeps its word, whatever the platform.
 *
 * @param createAuthClient the factory of the package under test
 * @param getMock the mock, which a hook of the caller has started
 */
export function clientSuite(
  name: string,
  createAuthClient: (options: SuiteClientOptions) => SuiteClient,
  getMock: () => SuiteMock,
): void {
  const connect = (): SuiteClient => createAuthClient({ baseUrl: getMock().url, clientId: 'my-env' })

  describe(name, () => {
    test('verifyToken: a live token is active, with its claims', async () => {
      const token = await getMock().issueToken({ sub: '1849755119840497664', scope: 'user sso' })
      await expect(connect().verifyToken(token)).resolves.toEqual({
        active: true,
        token_type: 'Bearer',
        client_id: 'my-env',
        sub: '1849755119840497664',
        scope: 'user sso',
      })
    })

    test('revokeToken: a revoked token is inactive from then on', async () => {
      const auth = connect()
      const token = await getMock().issueToken({ sub: '1' })
      await expect(auth.revokeToken(token)).resolves.toEqual({ outcome: 'revoked' })
      await expect(auth.verifyToken(token)).resolves.toEqual({ active: false, reason: 'rejected' })
    })

    test('revokeToken: is harmless when repeated', async () => {
      const auth = connect()
      const token = await getMock().issueToken({ sub: '1' })
      await auth.revokeToken(token)
      await expect(auth.revokeToken(token)).resolves.toHaveProperty('outcome')
    })

    test('revokeToken: another token of the same user stays alive', async () => {
      const auth = connect()
      const [first, second] = [
        await getMock().issueToken({ sub: '1' }),
        await getMock().issueToken({ sub: '1' }),
      ]
      await auth.revokeToken(first)
      await expect(auth.verifyToken(second)).resolves.toMatchObject({ active: true, sub: '1' })
    })

    test('revokeAndVerifyToken: resolves once the token is dead', async () => {
      const auth = connect()
      const token = await getMock().issueToken({ sub: '1' })
      await expect(auth.revokeAndVerifyToken(token)).resolves.toEqual({ outcome: 'revoked' })
      await expect(auth.verifyToken(token)).resolves.toMatchObject({ active: false })
    })

    test('verifyToken: a forged token is inactive', async () => {
      const token = await getMock().issueToken({ sub: '1' })
      await expect(connect().verifyToken(forgeToken(token))).resolves.toEqual({
        active: false,
        reason: 'rejected',
      })
    })

    test('verifyToken: an expired token is inactive, by the clock here and by that of the service', async () => {
      const token = await getMock().issueToken({ sub: '1', expiresIn: -3_600 })
      await expect(connect().verifyToken(token)).resolves.toEqual({ active: false, reason: 'expired' })
      const patient = createAuthClient({ baseUrl: getMock().url, clockToleranceMs: 2_147_483_647 })
      await expect(patient.verifyToken(token)).resolves.toEqual({ active: false, reason: 'rejected' })
    })

    test('verifyToken: a string that the service never made is inactive', async () => {
      await expect(connect().verifyToken('made-up')).resolves.toEqual({ active: false, reason: 'rejected' })
    })

    test('verifyToken: the request id can be read where the platform allows it', async () => {
      const token = await getMock().issueToken({ sub: '1' })
      const { response } = await connect().withResponse.verifyToken(token)
      expect(response?.status).toBe(200)
    })
  })
}
