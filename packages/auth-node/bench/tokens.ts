// Signed tokens, as the peers want them.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

export const publicKey: KeyObject = keys.publicKey

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Makes signed tokens of about 1 kB. */
export function makeTokens(count: number, issuer: string): string[] {
  const now = Math.floor(Date.now() / 1_000)
  const header = encode({ alg: 'RS256', typ: 'JWT', kid: 'bench' })
  return Array.from({ length: count }, (_, index) => {
    const claims = {
      iss: issuer,
      sub: `user-${index}`,
      aud: 'shop',
      iat: now,
      exp: now + 3_600,
      scope: 'user',
    }
    const content = `${header}.${encode({ ...claims, at_hash: randomBytes(150).toString('hex') })}`
    return `${content}.${sign('RSA-SHA256', Buffer.from(content), keys.privateKey).toString('base64url')}`
  })
}
