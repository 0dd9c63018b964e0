let minted = 0

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const encodeJson = (value: object): string => encode(new TextEncoder().encode(JSON.stringify(value)))

/** As long as one with a key of 2,048 bits. */
const randomSignature = (): string => encode(crypto.getRandomValues(new Uint8Array(256)))

/**
 * Mints a token with the shape of the service's: a JSON Web Token, whose signature is random bytes.
 *
 * Each token is a string of its own, also with the same claims.
 *
 * @param claims the payload; `sub` is a new user unless it is given, and there is no `exp` unless it is given
 */
export function mintToken(claims: Readonly<Record<string, unknown>> = {}): string {
  minted += 1
  const header = encodeJson({ alg: 'RS256', kid: 'test' })
  const payload = encodeJson({ sub: `user-${minted}`, ...claims })
  return `${header}.${payload}.${randomSignature()}`
}

/** Forges a token: the same header and claims under another signature. */
export function forgeToken(token: string): string {
  return `${token.slice(0, token.lastIndexOf('.'))}.${randomSignature()}`
}
