// Shared by the examples: a verifier of TOKENWARD_ENV or TOKENWARD_BASE_URL, else of a mock, with a token to try.
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'

/** Resolves to a verifier; prints a token to try where the service is a mock. */
export async function connectService() {
  const { TOKENWARD_ENV, TOKENWARD_BASE_URL } = process.env
  if (TOKENWARD_ENV || TOKENWARD_BASE_URL) return createTokenVerifier(createAuthClient())
  const { startAuthMock } = await import('@tokenward/auth-mock')
  const mock = await startAuthMock({ clientId: 'my-env' })
  console.log(`token to try: ${mock.issueToken({ sub: '42', scope: 'user' })}`)
  return createTokenVerifier(createAuthClient({ env: 'my-env', baseUrl: mock.url }))
}

/** Prints where the example listens. */
export function announce(port) {
  console.log(`listening on http://127.0.0.1:${port}`)
}

export const port = Number(process.env.PORT ?? 0)
