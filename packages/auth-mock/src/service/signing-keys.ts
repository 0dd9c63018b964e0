import { generateKeyPairSync, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto'

/** A private key, and what tells others which one it is. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  /** The public half, as it stands in the JWK set. */
  readonly jwk: JsonWebKey
}

/** The keys of one mock. */
export interface SigningKeys {
  /** The key that signs new tokens. */
  readonly current: () => SigningKey
  /** Makes a new key the current one. The keys before it stay in the JWK set unless they are dropped. */
  readonly rotate: (dropOld: boolean) => void
  /** The JWK set that `GET /auth/v1/certs` answers. */
  readonly publicKeys: () => { readonly keys: readonly JsonWebKey[] }
  /** Goes back to the first key. */
  readonly clear: () => void
}

function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = randomUUID()
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } }
}

// The first key of every mock in the process, made when it is first used: 2048 bits take longer than starting the server.
let firstKey: SigningKey | undefined

/** Creates the keys of one mock. */
export function createSigningKeys(): SigningKeys {
  let older: readonly SigningKey[] = []
  let rotated: SigningKey | undefined

  function current(): SigningKey {
    if (rotated) return rotated
    firstKey ??= createSigningKey()
    return firstKey
  }

  return {
    current,
    rotate(dropOld) {
      older = dropOld ? [] : [current(), ...older]
      rotated = createSigningKey()
    },
    publicKeys: () => ({ keys: [current(), ...older].map(({ jwk }) => jwk) }),
    clear() {
      older = []
      rotated = undefined
    },
  }
}
