// The main job with what auth-node brings, in whatever runtime imports this.
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'

export async function useAuthNode(baseUrl, token) {
  const auth = createAuthClient({ baseUrl, clientId: 'my-env' })
  const verifier = createTokenVerifier(auth)
  const seen = []
  seen.push((await auth.verifyToken(token)).active)
  seen.push((await verifier.verifyToken(token)).active, (await verifier.verifyToken(token)).active)
  seen.push((await verifier.revokeAndVerify(token)).outcome)
  seen.push((await verifier.verifyToken(token)).active, (await auth.verifyToken(token)).active)
  await verifier.close()
  return seen.join(' ')
}
