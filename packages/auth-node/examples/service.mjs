// Shared by the examples: a verifier of TOKENWARD_ENV or TOKENWARD_BASE_URL, else of a mock, with a token to try.
import { createAuthClient, createTokenVerifier, isAuthError, readBearerToken } from '@tokenward/auth-node'

/** Resolves to a verifier; prints a token to try where the service is a mock. */
export async function connectService() {
  const { TOKENWARD_ENV, TOKENWARD_BASE_URL } = process.env
  if (TOKENWARD_ENV || TOKENWARD_BASE_URL) return createTokenVerifier(createAuthClient())
  const { startAuthMock } = await import('@tokenward/auth-mock')
  const mock = await startAuthMock({ clientId: 'my-env' })
  console.log(`token to try: ${mock.issueToken({ sub: '42', scope: 'user' })}`)
  return createTokenVerifier(createAuthClient({ env: 'my-env', baseUrl: mock.url }))
}

/**
 * Ends the session of a request, and resolves to what to answer: 503 where the service gave no proof. An error that is let through has the
 * `status` of the service's answer, which Express, Fastify and Koa take for that of their own.
 */
export async function endSession(verifier, authorization) {
  try {
    return { status: 200, body: await verifier.revokeAndVerify(readBearerToken(authorization) ?? '') }
  } catch (error) {
    if (!isAuthError(error) || error.code === 'configuration') throw error
    return { status: 503, body: { outcome: 'unknown', reason: error.code } }
  }
}

/** Prints where the example listens. */
export function announce(port) {
  console.log(`listening on http://127.0.0.1:${port}`)
}

export const port = Number(process.env.PORT ?? 0)
