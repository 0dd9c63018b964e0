/** What a JWT says of itself. */
export interface TokenClaims {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
}

// None of these names a person.
const harmless =
  /^(alg|kid|typ|iss|aud|client_id|project_id|iat|nbf|exp|scope|provider_type|user_type|role|is_anonymous)$/

/** Reads header and claims, without checking the signature. @returns `undefined` when the token is no JWT */
export function readClaims(token: string): TokenClaims | undefined {
  try {
    const [header, payload] = token.split('.', 2).map((part) => {
      const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError()
      return Object.fromEntries(Object.entries(value))
    })
    return header && payload && { header, payload }
  } catch {
    return undefined
  }
}

/** Describes claims for a screen that others may see: what names a person is left out, and the user id is cut. */
export function redactClaims({ header, payload }: TokenClaims): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...header, ...payload }).map(([name, value]) => {
      if (name === 'sub') return [name, `${String(value).slice(0, 4)}…`]
      const shown = harmless.test(name) ? value : '[redacted]'
      return [name, typeof shown === 'object' ? JSON.stringify(shown) : shown]
    }),
  )
}
