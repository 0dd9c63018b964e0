// The main job with what auth-node brings, in whatever runtime imports this.
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'

export async function useAuthNode(baseUrl, token) {
  const auth = createAuthClient({ baseUrl, clientId: 'my-env' })
  const keys = []
  const store = {
    subscribe: () => async () => undefined,
    async publish(key) {
      keys.push(key)
      return true
    },
  }
  const verifier = createTokenVerifier(auth, { store })
  const seen = []
  seen.push((await auth.verifyToken(token)).active)
  seen.push((await verifier.verifyToken(token)).active, (await verifier.verifyToken(token)).active)
  seen.push((await verifier.revokeAndVerify(token)).outcome)
  seen.push((await verifier.verifyToken(token)).active, (await auth.verifyToken(token)).active)
  await verifier.close()
  return [...seen, ...keys].join(' ')
}
