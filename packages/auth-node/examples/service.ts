// What every example here stands on: the service of TOKENWARD_ENV or TOKENWARD_BASE_URL, else a mock with a token to try.
import { createAuthClient, createTokenVerifier, type TokenVerifier } from '@tokenward/auth-node'

/** Resolves to a verifier; prints a token to try where the service is a mock. */
export async function connectService(): Promise<TokenVerifier> {
  const { TOKENWARD_ENV, TOKENWARD_BASE_URL } = process.env
  if (TOKENWARD_ENV || TOKENWARD_BASE_URL) return createTokenVerifier(createAuthClient())
  const { startAuthMock } = await import('@tokenward/auth-mock')
  const mock = await startAuthMock({ clientId: 'my-env' })
  console.log(`token to try: ${mock.issueToken({ sub: '42', scope: 'user' })}`)
  return createTokenVerifier(createAuthClient({ env: 'my-env', baseUrl: mock.url }))
}

/** Tells where the example listens. */
export function announce(port: number): void {
  console.log(`listening on http://127.0.0.1:${port}`)
}

export const port: number = Number(process.env['PORT'] ?? 0)
