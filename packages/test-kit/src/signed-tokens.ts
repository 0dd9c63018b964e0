import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** Signs tokens with a key of its own. */
export interface TokenSigner {
  readonly publicKey: KeyObject
  /** Signs a token with these claims. */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Creates an RS256 key pair of 2048 bits, and signs tokens with it.
 *
 * @param kid the key's id, which stands in the header of each token
 */
export function createTokenSigner(kid = 'test'): TokenSigner {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const header = encode({ alg: 'RS256', typ: 'JWT', kid })
  return {
    publicKey,
    sign(claims) {
      const content = `${header}.${encode(claims)}`
      return `${content}.${sign('RSA-SHA256', Buffer.from(content), privateKey).toString('base64url')}`
    },
  }
}
