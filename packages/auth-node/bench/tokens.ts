// Signed tokens, as the peers want them.
import { type KeyObject, randomBytes } from 'node:crypto'
import { createTokenSigner } from '@tokenward/test-kit/signed-tokens'

const signer = createTokenSigner('bench')

export const publicKey: KeyObject = signer.publicKey

/** Makes signed tokens of about 1 kB. */
export function makeTokens(count: number, issuer: string): string[] {
  const now = Math.floor(Date.now() / 1_000)
  return Array.from({ length: count }, (_, index) =>
    signer.sign({
      iss: issuer,
      sub: `user-${index}`,
      aud: 'shop',
      iat: now,
      exp: now + 3_600,
      scope: 'user',
      at_hash: randomBytes(150).toString('hex'),
    }),
  )
}
