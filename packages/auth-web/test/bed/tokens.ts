import { mintToken as mintClaims } from '@tokenward/test-kit/tokens'

/** What a test says of a token: claims, and for how many seconds it lives. */
export interface TokenOptions {
  readonly sub?: string
  readonly expiresIn?: number
  readonly iat?: number
}

/** A token of one and the same user, unless another is named. It does not say when it was issued, unless it is told. */
export function mintToken({ sub = 'user-1', expiresIn = 7_200, ...claims }: TokenOptions = {}): string {
  return mintClaims({ sub, exp: Math.floor(Date.now() / 1_000) + expiresIn, ...claims })
}
